/** What a server is told. */
export interface Setting {
  readonly issuer: string
  readonly audience: string
  readonly jwksUri: string
}

/** A server that listens, on a port of its own. */
export interface App {
  readonly port: number
  readonly path: string
}

/** The same answer from every app: what is measured is what happens before. */
export const answer = { subject: 'somebody' } as const

/** Starts an app. */
export type Start = (setting: Setting) => Promise<App>

/** An app, and what it is for. */
export interface ListedApp {
  readonly framework: 'Hono' | 'NestJS' | 'tRPC' | 'Express'
  readonly name: string
  /** The npm package whose version is printed. */
  readonly package: string
  readonly load: () => Promise<Start>
  /** Whether it lets nobody in without a valid token. */
  readonly guarded: boolean
}
