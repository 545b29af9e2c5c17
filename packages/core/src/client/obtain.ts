import type { TokenRequestError } from '../errors.js'
import { exchange } from '../oauth/transport.js'
import { exchangeOf } from '../profiles/exchanges.js'
import { asClient } from './as-client.js'
import type { Adopted, Refreshable, RefreshRequest } from './grants/grant.js'
import { type KeyState, phaseIn } from './key-state.js'
import type { Asked } from './request.js'
import { withRetries } from './retries.js'
import type { TokenSource } from './source.js'
import { type Obtained, requestToken, wishes } from './token-request.js'

/** One key to be renewed. */
export interface Task {
  readonly asked: Asked
  readonly state: KeyState
  /** The live token that is to be replaced. */
  readonly stale: string | undefined
  /** Whether a person may be bothered, where the grant needs one. */
  readonly mayAsk: () => boolean
  /** Seconds for which nobody misses the token. */
  readonly patience: number
  /** Told that the server is about to be asked again. */
  readonly retried: (attempt: number, error: TokenRequestError) => void
  readonly signal: AbortSignal
}

/** What a renewal finds when its turn has come. */
type Found = Pick<Refreshable<Obtained>, 'session' | 'stored' | 'current' | 'isOver'>

/** Gets a token, as its grant does. @throws TokenRequestError, TransportFailure */
export async function obtain(
  { settings, vault, given }: TokenSource,
  { asked, state, mayAsk, retried, signal }: Task,
  found: Found,
): Promise<Obtained | Adopted> {
  const { grant, scope } = asked
  const dialect = await settings.server.dialect()
  const { profile } = dialect
  const request = ({ scope, signal: own = signal, ...more }: RefreshRequest): Promise<Obtained> => {
    const exchange = more.exchange ?? exchangeOf(profile, more.grant.name)
    return requestToken(settings, dialect, { ...more, exchange, asked: { ...asked, scope } }, own)
  }
  if (grant.refreshing === undefined) return await withRetries(() => request({ grant, scope }), signal, retried)
  return await grant.refreshing.obtain({
    ...found,
    grant,
    profile,
    given,
    scope,
    defaultScope: settings.scope,
    mayAsk,
    request,
    newer: async () => {
      const other = await vault.get(state.key)
      const isNew = other?.accessToken !== found.current?.accessToken && phaseIn(settings, state, other) !== 'expired'
      return isNew ? other : undefined
    },
    desk: () => ({
      ...settings,
      profile,
      wishes: wishes(settings, profile, asked),
      signal,
      asClient: (endpoint, send) => asClient(settings, dialect, endpoint, send),
      exchange: (request, maxBytes) => exchange(request, { ...settings, maxBytes, signal }),
    }),
  })
}
