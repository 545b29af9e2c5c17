import type { StoredToken } from '../cache/store.js'
import type { TokenClientEvent } from './events.js'
import type { Asked } from './request.js'
import type { Settings } from './settings.js'

/**
 * Tells the listener what happened.
 *
 * @param token the one at hand.
 * @param started when the server began to be asked; unset where it was not.
 */
export type Telling = (
  asked: Asked,
  event: Told,
  token: StoredToken | undefined,
  started?: number,
  source?: TokenClientEvent['source'],
) => void

/** An event, apart from what every event tells. */
export type Told = Apart<TokenClientEvent>
type Apart<E> = E extends unknown ? Omit<E, 'grant' | 'source' | 'duration' | 'remaining'> : never

/** What adds to each event what every event tells; `undefined` where nobody listens, so that no event is made. */
export function telling({ now, monotonic, tell }: Settings): Telling | undefined {
  if (tell === undefined) return undefined
  return ({ grant }, event, token, started, source = 'authorization_server') =>
    tell({
      ...event,
      grant: grant.name,
      source: started === undefined ? 'store' : source,
      duration: started === undefined ? 0 : Math.max(0, (monotonic() - started) / 1000),
      remaining: token === undefined ? 0 : Math.max(0, token.expiresAt - now() / 1000),
    })
}
