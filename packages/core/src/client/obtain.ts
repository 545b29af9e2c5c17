import type { StoredToken } from '../cache/store.js'
import type { TokenRequestError } from '../errors.js'
import { exchange } from '../oauth/transport.js'
import { exchangeOf } from '../profiles/exchanges.js'
import { asClient } from './as-client.js'
import type { GivenCredentials } from './given-credentials.js'
import type { Adopted, RefreshRequest, Session } from './grants/grant.js'
import type { Asked } from './request.js'
import { withRetries } from './retries.js'
import type { Dialect } from './server.js'
import type { Settings } from './settings.js'
import { type Obtained, requestToken, wishes } from './token-request.js'

/** What a renewal works with. */
export interface Renewal {
  readonly settings: Settings
  readonly dialect: Dialect
  readonly asked: Asked
  readonly session: Session
  readonly given: GivenCredentials
  /** The refresh token that is stored at the moment. */
  readonly stored: string | undefined
  /** What is stored at the moment. */
  readonly current: StoredToken | undefined
  /** Looks into the store again for a live token that somebody else has put there meanwhile. */
  readonly newer: () => Promise<StoredToken | undefined>
  /** Whether a person may be bothered, where the grant needs one. */
  readonly mayAsk: () => boolean
  /** Whether the turn to renew has ended: what works once is not sent any more then. */
  readonly isOver: () => boolean
  /** Told that the server is about to be asked again. */
  readonly retried: (attempt: number, error: TokenRequestError) => void
  readonly signal: AbortSignal
}

/** A token from the server, or one that somebody else got and saved. */
export type Outcome = Obtained | Adopted

/** Gets a token, as its grant does. @throws TokenRequestError, TransportFailure */
export async function obtain(renewal: Renewal): Promise<Outcome> {
  const { settings, dialect, asked, retried, signal } = renewal
  const { profile } = dialect
  const { grant, scope } = asked
  const request = ({ scope, signal: own = signal, ...more }: RefreshRequest): Promise<Obtained> =>
    requestToken(settings, dialect, { ...more, asked: { ...asked, scope } }, own)
  if (grant.refreshing === undefined) {
    const { name, parameters } = grant
    const ask = () => request({ exchange: exchangeOf(profile, name), grant: name, parameters, scope })
    return await withRetries(ask, signal, retried)
  }
  const { clientId, now, monotonic } = settings
  return await grant.refreshing.obtain({
    ...renewal,
    grant,
    profile,
    scope,
    defaultScope: settings.scope,
    request,
    desk: () => ({
      profile,
      clientId,
      wishes: wishes(settings, profile, asked),
      now,
      monotonic,
      signal,
      asClient: (endpoint, send) => asClient(settings, dialect, endpoint, send),
      exchange: (request, maxBytes) => exchange(request, { ...settings, maxBytes, signal }),
    }),
  })
}
