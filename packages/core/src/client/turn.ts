import type { LocalLocks } from '../cache/local-locks.js'
import type { StoredToken, StoreLock } from '../cache/store.js'
import { pause } from '../pause.js'
import { storeFailed } from './failure.js'
import type { Vault } from './vault.js'

/** Whose turn it is to renew a key. */
export interface TurnOptions {
  readonly key: string
  readonly vault: Vault
  /** Those of this process, where flights of one session do not join, nor do its requests on some runtimes. */
  readonly locks: LocalLocks
  /** Seconds after which a turn is over, though its holder did not say so. */
  readonly lifetime: number
  /** Seconds for which nobody misses the token: those who lost their store together need not all ask at once. */
  readonly patience: number
  /** Milliseconds of a clock that nobody sets. */
  readonly monotonic: () => number
  /** Looks whether somebody else has renewed it meanwhile. */
  readonly look: () => Promise<StoredToken | undefined>
  /** Whether it does no harm if two renew at once. */
  readonly mayGoAlone: () => Promise<boolean>
  readonly signal: AbortSignal
}

/** A turn to renew a key. */
export interface Turn extends StoreLock {
  /** Whether it has ended by itself meanwhile: this process may have been held up, and somebody else be renewing. */
  readonly isOver: () => boolean
}

/** Seconds between two looks at a turn that somebody else has: the first and the longest. */
const between = { first: 0.02, longest: 0.25 } as const

/**
 * Waits for the turn to renew a key, or for the token of whoever has it.
 *
 * @throws TokenRequestError when nobody can tell whose turn it is, and a second renewal could end a session.
 */
export async function takeTurn(options: TurnOptions): Promise<Turn | { readonly adopted: StoredToken }> {
  const { lifetime, look, mayGoAlone, monotonic, signal } = options
  const patience = options.patience * Math.random()
  let waited = 0
  for (let wait: number = between.first; ; wait = Math.min(between.longest, wait * 1.5)) {
    const asked = monotonic()
    const lock = await take(options)
    if (typeof lock === 'object') return { ...lock, isOver: () => monotonic() - asked >= lifetime * 1000 }
    const adopted = await look()
    if (adopted !== undefined) return { adopted }
    // Whoever has the turn has had the time for it.
    const enough = waited >= (lock === 'away' ? patience : lifetime)
    if (enough && (await mayGoAlone())) return alone
    if (enough && lock === 'away') throw storeFailed(unknownTurn)
    const seconds = wait * (0.5 + Math.random())
    await pause(seconds, signal)
    waited += seconds
  }
}

/** Within this process first, then among processes. */
async function take({ key, vault, locks, lifetime }: TurnOptions): Promise<StoreLock | 'held' | 'away'> {
  const local = locks.take(key, lifetime)
  if (local === undefined) return 'held'
  const shared = await vault.lock(key, lifetime)
  if (typeof shared !== 'object') {
    await local.release()
    return shared
  }
  return { release: async () => void (await Promise.all([local.release(), shared.release()])) }
}

const alone: Turn = { release: async () => undefined, isOver: () => false }

const unknownTurn = 'The store cannot tell whether another process is sending the refresh token, which works only once'
