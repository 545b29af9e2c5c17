/** A request as the platform or `node:http` has it. */
export type RequestLike = Request | NodeRequest

/** What is needed of `http.IncomingMessage`: only `rawHeaders` shows that a field was sent twice. */
export interface NodeRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly rawHeaders?: readonly string[] | undefined
  /** Where `peerCertificate` finds a client's certificate. */
  readonly socket?: object | null | undefined
}
