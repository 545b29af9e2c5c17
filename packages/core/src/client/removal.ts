import type { Flights } from '../cache/flights.js'
import type { StoredToken, StoreLock } from '../cache/store.js'
import { fewAtATime } from './few-at-a-time.js'
import type { KeyStates, SessionKeys } from './key-state.js'
import { longestTurn, type Means } from './renewal.js'
import { takeTurn } from './turn.js'

/** What a removal works with. */
export interface RemovalMeans extends Means {
  readonly states: KeyStates
  /** Flights that can be waited for. */
  readonly flights: Flights<StoredToken> | undefined
  readonly signal: AbortSignal
}

/** What was taken out of the store. */
export interface Removed {
  readonly tokens: readonly StoredToken[]
  /** The refresh token that the client was given, where it is in none of these and may still work. */
  readonly unused: string | undefined
  /** Whether the store has none of it any more. */
  readonly gone: boolean
}

/** Takes every token of a client out of the store. */
export async function removeAll(means: RemovalMeans): Promise<Removed> {
  const { states, settings, given } = means
  const { grant } = settings
  const configured = grant.name === 'refresh_token' ? grant.once?.() : undefined
  const mayWork = configured !== undefined && given.take(configured)
  const each = await fewAtATime([...states.sessions()], (keys) => removeSession(means, keys))
  const removed = each.flatMap((result) => (result.status === 'fulfilled' ? result.value : []))
  const tokens = removed.flatMap(({ token }) => token ?? [])
  const isAmong = tokens.some(({ refreshToken }) => refreshToken === configured)
  return { tokens, unused: mayWork && !isAmong ? configured : undefined, gone: removed.every(({ gone }) => gone) }
}

interface RemovedKey {
  readonly token: StoredToken | undefined
  readonly gone: boolean
}

/** Takes out what belongs to one refresh token, in turn with those who renew it: what they get must not come after. */
export async function removeSession(means: RemovalMeans, keys: SessionKeys): Promise<readonly RemovedKey[]> {
  const { states, flights } = means
  // A login may take an hour; the token it brings is a new one.
  const { loggingIn } = states.sessionOf(keys[0])
  if (!loggingIn) await Promise.all(keys.map(({ key }) => flights?.current(key)?.catch(() => undefined)))
  const turn = loggingIn ? undefined : await turnOf(means, keys[0].sessionKey)
  try {
    return await Promise.all(keys.map(({ key }) => removeKey(means, key)))
  } finally {
    void turn?.release()
  }
}

/** Without a turn that cannot be had in time, or while there is time, they are removed all the same. */
async function turnOf({ settings, vault, locks, signal }: RemovalMeans, key: string): Promise<StoreLock | undefined> {
  const lifetime = longestTurn(settings)
  try {
    const look = async () => undefined
    const mayGoAlone = async () => true
    const { monotonic } = settings
    const turn = await takeTurn({ vault, key, locks, lifetime, patience: 0, monotonic, look, mayGoAlone, signal })
    return 'release' in turn ? turn : undefined
  } catch {
    return undefined
  }
}

async function removeKey({ vault, given }: RemovalMeans, key: string): Promise<RemovedKey> {
  const token = await vault.get(key)
  given.spend(token?.refreshToken)
  return { token, gone: await vault.delete(key) }
}
