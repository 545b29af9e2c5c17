import type { StoredToken } from '../cache/store.js'
import { away } from './away.js'
import { type KeyState, phaseIn } from './key-state.js'
import { obtain, type Task } from './obtain.js'
import type { Asked } from './request.js'
import type { TokenSource } from './source.js'
import { type Turn, takeTurn } from './turn.js'

/** A token that is saved, and where it came from. */
export interface Renewed {
  readonly token: StoredToken
  readonly source: 'store' | 'authorization_server'
  readonly repairs: readonly string[]
}

/** Renews a key: in turn, after another look, saved before it is handed out. @throws TokenRequestError, TransportFailure */
export async function renew(source: TokenSource, task: Task): Promise<Renewed> {
  const { vault, states, settings } = source
  const { asked, state, patience, signal } = task
  const { login, once, refreshing } = asked.grant
  const { timeout } = settings
  const session = states.sessionOf(state)
  const turn = await takeTurn(source, {
    key: session.key,
    // What may be sent twice needs no turn for longer than one request.
    lifetime: refreshing === undefined ? timeout + 1 : undefined,
    look: async () => renewedBySomebody(source, task, await vault.get(state.key)),
    mayGoAlone: async () => {
      if (refreshing === undefined) return true
      const stored = (await vault.get(session.key))?.refreshToken
      return once === undefined && refreshTokenOf(source, asked, session, stored) === undefined
    },
    patience,
    // A login may take long, which is no reason to wait for one's turn any longer.
    signal: login === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(timeout * 3000)]),
  })
  try {
    return turn.adopted === undefined ? await inTurn(source, task, session, turn) : adopted(turn.adopted)
  } finally {
    // Nobody waits for it: the token is saved.
    void turn.release()
  }
}

/** The refresh token to renew with, where there is one that may be sent. @param stored the one in the store */
export function refreshTokenOf(
  { settings, given }: TokenSource,
  { grant }: Asked,
  session: KeyState,
  stored: string | undefined,
): string | undefined {
  return grant.refreshing?.tokenAtHand({ grant, profile: settings.server.profile, session, given, stored })
}

/** What somebody else has renewed since the caller looked: it is fresh, and not the one to be replaced. */
function renewedBySomebody(
  { settings }: TokenSource,
  { stale, state }: Task,
  found: StoredToken | undefined,
): StoredToken | undefined {
  return found?.accessToken !== stale && phaseIn(settings, state, found) === 'fresh' ? found : undefined
}

async function inTurn(source: TokenSource, task: Task, session: KeyState, { isOver }: Turn): Promise<Renewed> {
  const { settings, vault } = source
  const { state, asked } = task
  const { refreshing } = asked.grant
  const read = await vault.read(state.key)
  const current = read === away ? undefined : read
  const found = renewedBySomebody(source, task, current)
  if (found !== undefined) return adopted(found)
  const kept = session.key === state.key ? read : await vault.read(session.key)
  const stored = refreshing?.read(asked.grant, kept)
  const outcome = await obtain(source, task, { session, stored, current, isOver })
  if ('adopted' in outcome) return adopted(outcome.adopted)
  const { token, duration, lifetime, repairs } = outcome
  state.latest = { accessToken: token.accessToken, at: settings.monotonic() - duration * 1000 }
  // Saved before it is handed out: a refresh token that was rotated and then lost would end the session.
  if (session.key !== state.key) await refreshing?.keep(vault, session.key, token)
  if (lifetime > 0 || token.refreshToken !== undefined) await vault.set(state.key, token)
  return { token, source: 'authorization_server', repairs }
}

function adopted(token: StoredToken): Renewed {
  return { token, source: 'store', repairs: [] }
}
