import type { TokenClientOptions } from '../../src/client/options.js'
import { createTokenClient, type TokenClient } from '../../src/client/token-client.js'

/** Planted, to be looked for in everything that is printed. */
export const secret = 'planted-secret-0123456789'

/** A client of a server that keeps to RFC 6749, at `/token`. */
export function clientOf(origin: string, options: TokenClientOptions = {}): TokenClient {
  return createTokenClient({
    tokenEndpoint: `${origin}/token`,
    clientId: 'client',
    clientSecret: secret,
    allowedOrigins: [origin],
    ...options,
  })
}

/** The error a promise rejects with. */
export async function errorOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work
  } catch (error) {
    return error
  }
  throw new Error('it did not fail')
}

/** What a client of the local authorization server shows, without what else is known of it. */
export function credentials(client: Credentials): Credentials {
  return { clientId: client.clientId, clientSecret: client.clientSecret }
}

interface Credentials {
  readonly clientId: string
  readonly clientSecret: string
}
