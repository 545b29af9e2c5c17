import type { Phase } from '../cache/freshness.js'
import type { LocalLocks } from '../cache/local-locks.js'
import type { StoredToken } from '../cache/store.js'
import { TokenRequestError } from '../errors.js'
import type { GivenCredentials } from './given-credentials.js'
import type { KeyState } from './key-state.js'
import { mayRepeat, obtain } from './obtain.js'
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
    mayGoAlone: async () =>
      mayRepeat({ ...means, asked: task.asked, session: task.session, stored: await storedRefreshToken(means, task) }),
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

async function storedRefreshToken({ vault }: Means, { session }: Task): Promise<string | undefined> {
  return (await vault.get(session.key))?.refreshToken
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
  const stored = refreshTokenOf(task, session.key === state.key ? read : await vault.read(session.key))
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

/** @throws TokenRequestError when the token given may have a successor: sent a second time it would end the session. */
function refreshTokenOf({ asked }: Task, found: StoredToken | undefined | 'away'): string | undefined {
  if (found !== 'away') return found?.refreshToken
  if (asked.grant.name !== 'refresh_token') return undefined
  throw new TokenRequestError({
    code: 'temporarily_unavailable',
    message: 'The store does not answer, and may hold the refresh token that is to be sent',
    retryable: true,
  })
}

/** Saved before it is handed out: a refresh token that was rotated and then lost would end the session. */
async function keep(means: Means, task: Task, { token, lifetime, duration }: Obtained): Promise<void> {
  const { settings, vault } = means
  task.state.latest = { accessToken: token.accessToken, at: settings.monotonic() - duration * 1000 }
  await keepRefreshToken(means, task, token)
  if (lifetime > 0 || token.refreshToken !== undefined) await vault.set(task.state.key, token)
}

/** Where the refresh token serves several keys, each finds the newest under the one they share. */
async function keepRefreshToken({ vault }: Means, { state, session }: Task, token: StoredToken): Promise<void> {
  const { refreshToken, issuedAt } = token
  if (session.key === state.key || refreshToken === undefined) return
  const record = await vault.get(session.key)
  if (record?.refreshToken === refreshToken) return
  // What was asked for under another key is no access token for this one.
  const none = { ...token, renewAt: issuedAt, waitAt: issuedAt, expiresAt: issuedAt }
  await vault.set(session.key, { ...(record ?? none), refreshToken })
}

function adopted(token: StoredToken): Renewed {
  return { token, source: 'store', repairs: [] }
}
