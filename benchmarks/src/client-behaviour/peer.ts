/** Where a client gets its tokens, and as whom. */
export interface Access {
  readonly origin: string
  readonly clientId: string
  readonly clientSecret: string
}

/** A library under test, driven the way its own documentation shows. */
export interface Peer {
  readonly name: string
  /** The npm package whose version is printed. */
  readonly package: string
  /** A client that speaks for itself. */
  readonly client: (access: Access) => Client
  /** A client with somebody's refresh token, or why there is none. */
  readonly session: ((access: Access, refreshToken: string) => Client) | string
  /** Why nothing can be said of tokens that are kept, where the library leaves keeping them to its caller. */
  readonly keepsNothing?: string | undefined
  /** Why one client has one scope only. */
  readonly oneScope?: string | undefined
  /** Why it sends no request to an API. */
  readonly noFetch?: string | undefined
}

export interface Client {
  /** A token the way the library hands it out: from its cache, where it has one. */
  readonly token: (scope?: string) => Promise<string | undefined>
  /** The status of a request to an API, sent with the token. */
  readonly call?: ((url: string) => Promise<number>) | undefined
  readonly close?: (() => void) | undefined
}
