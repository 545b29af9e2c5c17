/** What a process of the fleet is told: somebody has logged in. */
export interface SessionOrders {
  readonly session: number
  /** The refresh token of the login. */
  readonly token: string
  readonly tokenEndpoint: string
}

/** What it tells: that it is there, or that a call failed. */
export type SessionReport = { readonly ready: true } | { readonly session: number; readonly code: string }
