import type { Phase } from '../cache/freshness.js'
import type { LocalLocks } from '../cache/local-locks.js'
import type { StoredToken } from '../cache/store.js'
import type { TokenRequestError } from '../errors.js'
import type { GivenCredentials } from './given-credentials.js'
import type { KeyState } from './key-state.js'
import { obtain } from './obtain.js'
import type { Asked } from './request.js'
import type { Settings } from './settings.js'
import type { Obtained } from './token-request.js'
import { type Turn, takeTurn } from './turn.js'
import type { Vault } from './vault.js'

/** One key to be renewed. */
export interface Task {
  readonly asked: Asked
  /** The token that is to be replaced. */
  readonly stale: string | undefined
  readonly state: KeyState
  readonly session: KeyState
  readonly phaseOf: (token: StoredToken | undefined) => Phase
  /** Whether a person may be bothered, where the grant needs one. */
  readonly mayAsk: () => boolean
  /** Seconds for which nobody misses the token. */
  readonly patience: number
  readonly retried: (attempt: number, error: TokenRequestError) => void
  readonly signal: AbortSignal
}

/** What renewals share. */
export interface Means {
  readonly settings: Settings
  readonly vault: Vault
  readonly given: GivenCredentials
  readonly locks: LocalLocks
}

/** A token that is saved, and where it came from. */
export interface Renewed {
  readonly token: StoredToken
  readonly source: 'store' | 'authorization_server'
  readonly repairs: readonly string[]
}

/** Renews a key: in turn, after another look, saved before it is handed out. */
export async function renew(means: Means, task: Task): Promise<Renewed> {
  const turn = await takeTurn({
    vault: means.vault,
    key: task.session.key,
    locks: means.locks,
    lifetime: turnLifetime(means.settings, task.asked),
    look: async () => renewedBySomebody(task, await means.vault.get(task.state.key)),
    mayGoAlone: () => mayGoAlone(means, task),
    patience: task.patience,
    monotonic: means.settings.monotonic,
    signal: turnSignal(means.settings, task),
  })
  if ('adopted' in turn) return adopted(turn.adopted)
  try {
    return await inTurn(means, task, turn)
  } finally {
    // Nobody waits for it: the token is saved.
    void turn.release()
  }
}

async function mayGoAlone({ settings, vault, given }: Means, { asked: { grant }, session }: Task): Promise<boolean> {
  if (grant.refreshing === undefined) return true
  const stored = (await vault.get(session.key))?.refreshToken
  return grant.refreshing.mayRepeat({ grant, profile: settings.server.profile, session, given, stored })
}

/** Longer than whoever has the turn may take: a refresh token must not be sent while another may still be on its way. */
function turnLifetime(settings: Settings, { grant }: Asked): number {
  return grant.name === 'client_credentials' ? settings.timeout + 1 : longestTurn(settings)
}

/** Seconds after which whoever had a turn is done with it, or is not coming back. */
export function longestTurn({ timeout }: Settings): number {
  return timeout * 3 + 1
}

/** A login may take long, which is no reason to wait for one's turn any longer. */
function turnSignal({ timeout }: Settings, { asked, signal }: Task): AbortSignal {
  return asked.grant.login === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(timeout * 3000)])
}

/** What somebody else has renewed since the caller looked: it is fresh, and not the one to be replaced. */
function renewedBySomebody({ stale, phaseOf }: Task, found: StoredToken | undefined): StoredToken | undefined {
  return found?.accessToken !== stale && phaseOf(found) === 'fresh' ? found : undefined
}

async function inTurn(means: Means, task: Task, { isOver }: Turn): Promise<Renewed> {
  const { settings, vault, given } = means
  const { state, asked, session, mayAsk, retried, signal, phaseOf } = task
  const read = await vault.read(state.key)
  const current = read === 'away' ? undefined : read
  const found = renewedBySomebody(task, current)
  if (found !== undefined) return adopted(found)
  const kept = session.key === state.key ? read : await vault.read(session.key)
  const stored = asked.grant.refreshing?.read(asked.grant, kept)
  const dialect = await settings.server.dialect()
  const newer = async (): Promise<StoredToken | undefined> => {
    const other = await vault.get(state.key)
    return other?.accessToken === current?.accessToken || phaseOf(other) === 'expired' ? undefined : other
  }
  const own = { session, current, stored, newer, mayAsk, isOver, retried, signal }
  const outcome = await obtain({ settings, dialect, asked, given, ...own })
  if ('adopted' in outcome) return adopted(outcome.adopted)
  await keep(means, task, outcome)
  return { token: outcome.token, source: 'authorization_server', repairs: outcome.repairs }
}

/** Saved before it is handed out: a refresh token that was rotated and then lost would end the session. */
async function keep(means: Means, task: Task, { token, lifetime, duration }: Obtained): Promise<void> {
  const { settings, vault } = means
  const { asked, session, state } = task
  state.latest = { accessToken: token.accessToken, at: settings.monotonic() - duration * 1000 }
  if (session.key !== state.key) await asked.grant.refreshing?.keep(vault, session.key, token)
  if (lifetime > 0 || token.refreshToken !== undefined) await vault.set(state.key, token)
}

function adopted(token: StoredToken): Renewed {
  return { token, source: 'store', repairs: [] }
}
