import type { StoredToken } from '../cache/store.js'
import { fewAtATime } from './few-at-a-time.js'
import { spendGiven } from './given-credentials.js'
import type { SessionKeys } from './key-state.js'
import type { Presentable } from './present.js'
import { stateOf, type TokenSource } from './source.js'
import { takeTurn } from './turn.js'
import { wish } from './wish.js'

/** A token that is of no use to this client any more; of one that was given and never used there is no access token. */
export type Removed = Pick<StoredToken, 'refreshToken' | 'metadata'> & Partial<Presentable>

/**
 * Takes every token of a client out of the store, and keeps the refresh token that was given from being sent again.
 *
 * @returns those that may still work, and whether the store has none of them any more.
 */
export async function removeAll(
  source: TokenSource,
  signal: AbortSignal,
): Promise<{ readonly tokens: readonly Removed[]; readonly gone: boolean }> {
  const { states, settings, given } = source
  const { grant, now } = settings
  // What another process keeps for this client counts, too; a key that cannot be told has nothing.
  await stateOf(source, wish(settings)).catch(() => undefined)
  const unused = grant.refreshing?.retire(grant, given)
  const each = await fewAtATime([...states.sessions()], (keys) => removeSession(source, keys, signal))
  const removed = each.flatMap((result) => (result.status === 'fulfilled' ? result.value : []))
  const tokens = removed.flatMap(({ token }) => token ?? [])
  const live: Removed[] = tokens.filter((token) => token.expiresAt > now() / 1000 || token.refreshToken !== undefined)
  const isAmong = live.some(({ refreshToken }) => refreshToken === unused)
  if (unused !== undefined && !isAmong) live.push({ refreshToken: unused, metadata: {} })
  return { tokens: live, gone: removed.every(({ gone }) => gone) }
}

interface RemovedKey {
  readonly token: StoredToken | undefined
  readonly gone: boolean
}

/** Takes out what belongs to one refresh token, in turn with those who renew it: what they get must not come after. */
export async function removeSession(
  source: TokenSource,
  keys: SessionKeys,
  signal: AbortSignal,
): Promise<readonly RemovedKey[]> {
  const { states, scope, vault, given } = source
  const { key, loggingIn } = states.sessionOf(keys[0])
  // A login may take an hour; the token it brings is a new one.
  if (!loggingIn) await Promise.allSettled(keys.map(({ key }) => scope?.flights.current(key)))
  // Without a turn that cannot be had in time, or while there is time, they are removed all the same.
  const turn = loggingIn ? undefined : await takeTurn(source, { key, signal }).catch(() => undefined)
  try {
    return await Promise.all(
      keys.map(async ({ key }) => {
        const token = await vault.get(key)
        spendGiven(given, token?.refreshToken)
        return { token, gone: await vault.delete(key) }
      }),
    )
  } finally {
    void turn?.release()
  }
}
