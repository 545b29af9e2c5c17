import { BearerError } from '../errors.js'
import { originOf } from './access-token.js'
import { remaining } from './claims.js'
import type { AccessToken } from './token-types.js'

/** The longest a timer can wait, in milliseconds. */
const longestWait = 2 ** 31 - 1

/**
 * Calls back once a token has expired, by its own verifier's clock and tolerance: for what outlives the request that
 * brought the token, a subscription or a socket for instance. A token that has expired already calls back soon, too.
 *
 * @param ended is told the refusal that every further use of the token would meet.
 * @returns a function that gives it up; call it when the socket closes.
 * @throws TypeError when the token is a copy.
 * @example socket.on('close', onExpiry(token, () => socket.close(1008)))
 */
export function onExpiry<S extends string, C extends object>(
  token: AccessToken<S, C>,
  ended: (refusal: BearerError) => void,
): () => void {
  const { home } = originOf(token)
  const look = (): void => {
    try {
      home.recheck(token)
      timer = setTimeout(look, Math.min(remaining(token.expiresAt, home.clock()) * 1000, longestWait))
    } catch (error) {
      if (!(error instanceof BearerError)) throw error
      ended(error)
    }
  }
  let timer = setTimeout(look, 0)
  return () => clearTimeout(timer)
}
