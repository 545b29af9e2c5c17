import type { StoredToken } from '../cache/store.js'
import { until } from '../until.js'
import { tokenAtHand } from './at-hand.js'
import { Call, type Wanted } from './call.js'
import { stateOf, type TokenSource } from './source.js'
import { type TokenSet, tokenSet } from './token-set.js'
import type { Wish } from './wish.js'

/** What callers are handed of a fresh token that can be had without waiting: the same promise, where they may share it. */
export function atHand(source: TokenSource, wish: Wish, wanted: Wanted): Promise<TokenSet> | undefined {
  const token = tokenAtHand(source, wish, wanted)
  return token && (wish.promise ?? Promise.resolve(tokenSet(token)))
}

/** The token at hand, or else one that is got. @throws as {@link getToken} */
export async function liveToken(source: TokenSource, wish: Wish, wanted: Wanted): Promise<StoredToken> {
  return tokenAtHand(source, wish, wanted) ?? (await getToken(source, wish, wanted))
}

/** @throws TokenRequestError; the signal's reason when the caller gave up. */
export function getToken(source: TokenSource, wish: Wish, wanted: Wanted): Promise<StoredToken> {
  return until(get(source, wish, wanted), wanted.signal)
}

async function get(source: TokenSource, wish: Wish, { signal, forceRefresh }: Wanted): Promise<StoredToken> {
  source.settings.closing.refuse()
  signal?.throwIfAborted()
  const state = await stateOf(source, wish)
  return await new Call(source, wish.asked, state, await source.vault.get(state.key)).answer(forceRefresh)
}
