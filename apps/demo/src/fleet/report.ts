/** What a process of the fleet is told. */
export interface Orders {
  readonly redis: string
  readonly tokenEndpoint: string
  readonly base: string
  readonly clientId: string
  readonly clientSecret: string
  readonly scopes: readonly string[]
}

/** What it tells in the end. */
export interface Report {
  readonly calls: number
  /** Tokens it asked the authorization server for. */
  readonly fetched: number
  /** Tokens another process had just renewed when it was about to. */
  readonly adopted: number
  readonly failed: number
}
