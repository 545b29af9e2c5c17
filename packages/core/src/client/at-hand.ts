import { placeOf } from '../cache/memory-store.js'
import type { StoredToken } from '../cache/store.js'
import { bindsPromises } from '../runtime.js'
import type { Wanted } from './call.js'
import { phaseIn } from './key-state.js'
import type { TokenSource } from './source.js'
import { tokenSet } from './token-set.js'
import type { Wish } from './wish.js'

/**
 * Seconds for which the wall clock is trusted to run on: asking the monotonic one at each call as well would be most of
 * what the call costs.
 */
const stretch = 5

/** Which stretch of time it is, by the wall clock in milliseconds. */
function stretchOf(now: number): number {
  return Math.floor(now / (stretch * 1000))
}

/** A token that a call need not wait for: it is fresh, and in a store of this process. */
export function tokenAtHand(
  source: TokenSource,
  wish: Wish,
  { signal, forceRefresh }: Wanted,
): StoredToken | undefined {
  if (forceRefresh || (signal !== undefined && signal.aborted !== false)) return undefined
  if (source.settings.closing.closed || !source.vault.isSettled()) return undefined
  const token = held(source, wish) ?? find(source, wish)
  if (token !== undefined) source.tell?.(wish.asked, { type: 'hit' }, token)
  return token
}

/** The token that was found before, as long as it is in its place and fresh. */
function held({ settings }: TokenSource, { place, freshIn }: Wish): StoredToken | undefined {
  if (place === undefined || freshIn !== stretchOf(settings.now())) return undefined
  place.used = true
  return place.value
}

function find({ settings, states, vault }: TokenSource, wish: Wish): StoredToken | undefined {
  const state = wish.state && states.of(wish.state)
  const token = state && vault.atHand(state.key)
  if (token === undefined || state === undefined || phaseIn(settings, state, token) !== 'fresh') return undefined
  const place = placeOf(settings.store, state.key)
  // Not frozen: `async_hooks` write on a promise that is waited for, and would throw.
  if (wish.place !== place) wish.promise = place && !bindsPromises() ? Promise.resolve(tokenSet(token)) : undefined
  wish.state = state
  wish.place = place
  const isStable = place !== undefined && phaseIn(settings, state, token, stretch) === 'fresh'
  wish.freshIn = isStable ? stretchOf(settings.now()) : undefined
  return token
}
