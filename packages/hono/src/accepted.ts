import type { Context } from 'hono'
import { authenticate, authenticationOf, type CertificateOf, type Gate } from './authentication.js'
import type { Resolve } from './source.js'

/** A token that was accepted for a request, and who can judge what it may do. */
export interface Accepted {
  readonly verifier: Gate
  readonly token: object
}

/** Where a requirement has its token from. */
export interface TokenSource {
  /** @throws BearerError */
  readonly accepted: (c: Context) => Promise<Accepted>
  /** Whom it asks, where it knows that by itself. */
  readonly resolve?: Resolve | undefined
}

/** The token of a verifier of its own. */
export function ownToken(resolve: Resolve, certificateOf: CertificateOf | undefined): TokenSource {
  return {
    resolve,
    accepted: async (c) => {
      const verifier = await resolve(c)
      return { verifier, token: await authenticate(c, verifier, certificateOf) }
    },
  }
}

/** The token that a middleware before it has accepted; a request where none has looked for one is a TypeError. */
export function earlierToken(name: string): TokenSource {
  return {
    accepted: async (c) => {
      const known = authenticationOf(c)
      if (known === undefined) {
        throw new TypeError(
          `${name}(…) runs without bearer() before it: add app.use(bearer()), or take it from createHonoAuth(…), where it authenticates by itself`,
        )
      }
      const { verifier, token } = known
      // Where optional authentication found no token, the verifier is the one to say so.
      return { verifier, token: token ?? (await authenticate(c, verifier)) }
    },
  }
}
