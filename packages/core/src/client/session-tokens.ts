import type { StoredToken } from '../cache/store.js'
import { limited } from './closing.js'
import { removeSession } from './removal.js'
import { stateOf, type TokenSource } from './source.js'
import { forget, type Wish } from './wish.js'

/** What is stored, however old, without asking the server. */
export async function storedToken(source: TokenSource, wish: Wish): Promise<StoredToken | undefined> {
  return await source.vault.get((await stateOf(source, wish)).key)
}

/** Keeps a token that came by another way than the client's own requests. */
export async function keepToken(source: TokenSource, wish: Wish, token: StoredToken): Promise<void> {
  await source.vault.set((await stateOf(source, wish)).key, token)
}

/** Takes one token out of the store, in turn with those who renew it. */
export async function removeToken(source: TokenSource, wish: Wish): Promise<StoredToken | undefined> {
  const state = await stateOf(source, wish)
  forget(wish)
  const [removed] = await limited(source.settings, (signal) => removeSession(source, [state], signal))
  return removed?.token
}
