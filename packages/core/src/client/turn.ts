import type { StoredToken, StoreLock } from '../cache/store.js'
import { pause } from '../pause.js'
import { away } from './away.js'
import { storeFailed } from './failure.js'
import type { TokenSource } from './source.js'

/** Whose turn it is to renew a key. */
export interface TurnOptions {
  readonly key: string
  /**
   * Seconds after which a turn is over, though its holder did not say so: a refresh token must not be sent while another
   * may still be on its way. @default whoever has it is done by then, or is not coming back
   */
  readonly lifetime?: number | undefined
  /** Seconds for which nobody misses the token: those who lost their store together need not all ask at once. @default 0 */
  readonly patience?: number | undefined
  /** Looks whether somebody else has renewed it meanwhile. */
  readonly look?: (() => Promise<StoredToken | undefined>) | undefined
  /** Whether it does no harm if two renew at once. @default it does none */
  readonly mayGoAlone?: (() => Promise<boolean>) | undefined
  readonly signal: AbortSignal
}

/** A turn to renew a key. */
export interface Turn extends StoreLock {
  /** Whether it has ended by itself meanwhile: this process may have been held up, and somebody else be renewing. */
  readonly isOver: () => boolean
  /** The token of whoever had the turn before: there is nothing left to do. */
  readonly adopted?: StoredToken | undefined
}

/** Seconds between two looks at a turn that somebody else has: the first and the longest. */
const between = { first: 0.02, longest: 0.25 } as const

/**
 * Waits for the turn to renew a key, or for the token of whoever has it.
 *
 * @throws TokenRequestError when nobody can tell whose turn it is, and a second renewal could end a session.
 */
export async function takeTurn({ settings, vault }: TokenSource, options: TurnOptions): Promise<Turn> {
  const { timeout, monotonic } = settings
  const { key, lifetime = timeout * 3 + 1, patience = 0, look, mayGoAlone, signal } = options
  const longest = patience * Math.random()
  let waited = 0
  for (let wait: number = between.first; ; wait = Math.min(between.longest, wait * 1.5)) {
    const asked = monotonic()
    const lock = await vault.lock(key, lifetime)
    if (typeof lock === 'object') return { ...lock, isOver: () => monotonic() - asked >= lifetime * 1000 }
    const adopted = await look?.()
    if (adopted !== undefined) return { ...alone, adopted }
    // Whoever has the turn has had the time for it.
    if (waited >= (lock === away ? longest : lifetime)) {
      if (mayGoAlone === undefined || (await mayGoAlone())) return alone
      if (lock === away) throw storeFailed(unknownTurn)
    }
    const seconds = wait * (0.5 + Math.random())
    await pause(seconds, signal)
    waited += seconds
  }
}

const alone: Turn = { release: async () => undefined, isOver: () => false }

const unknownTurn = 'The store cannot tell whether another process is sending the refresh token'
