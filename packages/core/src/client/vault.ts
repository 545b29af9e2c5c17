import { Lru } from '../cache/lru.js'
import { isStoredToken, type StoredToken, type StoreLock, type TokenStore } from '../cache/store.js'
import { stopwatch } from '../stopwatch.js'
import { isPromise } from '../whenever.js'
import type { StoreOperation } from './events.js'

/**
 * A store that never fails: an outage is a miss, and what could not be saved or deleted is kept in mind here until it
 * can.
 */
export interface Vault {
  readonly get: (key: string) => Promise<StoredToken | undefined>
  /** As `get`, for whom an outage is no miss. */
  readonly read: (key: string) => Promise<StoredToken | undefined | 'away'>
  /** What a store that answers without a promise has; `undefined` as well where that is not known at once. */
  readonly atHand: (key: string) => StoredToken | undefined
  /** Whether the store has what it is to have: nothing waits here to be saved or deleted. */
  readonly isSettled: () => boolean
  readonly set: (key: string, token: StoredToken) => Promise<void>
  /** Whether it is gone from the store; from here it is in any case. */
  readonly delete: (key: string) => Promise<boolean>
  /** The lock of a key; a store that knows none gives one that keeps nobody out. */
  readonly lock: (key: string, lifetime: number) => Promise<StoreLock | 'held' | 'away'>
}

/** What a vault has to know. */
export interface VaultOptions {
  readonly store: TokenStore
  readonly failed: (operation: StoreOperation) => void
  /** Milliseconds of a clock that nobody sets. */
  readonly monotonic: () => number
  /** Seconds since the epoch. */
  readonly now: () => number
}

/** Milliseconds a store may take: one that hangs must not hold up more than one that is down. */
const budget = 250

/** Milliseconds by which a timer may be late before this process counts as held up itself, and what a store has then. */
const heldUp = 20
const anotherLook = 100

/** Records kept for a store that is down; a refresh token in one of them may be the only copy. */
const maxKept = 100

/**
 * Milliseconds before each attempt to save a record with a refresh token, until the caller gets it without: losing it
 * would end a session, and many an outage is over at once.
 */
const attempts = [0, 150, 300] as const

/** Milliseconds between two attempts to save what could not be saved: the first and the longest. */
const mendPause = { first: 1000, longest: 60_000 } as const

export function createVault({ store, failed, monotonic, now }: VaultOptions): Vault {
  const unsaved = new Lru<string, Unsaved>(maxKept)
  /** Keys whose record in the store, if there still is one, is not to be served. */
  const deleted = new Lru<string, true>(maxKept * 100)
  /** Records found to be good, which are not looked at again. */
  const good = new WeakSet<StoredToken>()
  /** Whether the store answered without a promise last time. */
  let isLocal = false
  const attempt = <T>(operation: StoreOperation, work: () => Awaitable<T>): Promise<T | typeof outage> =>
    inTime(work, () => failed(operation))
  const find = async (key: string): Promise<StoredToken | undefined | typeof outage> => {
    const found = await attempt('get', () => {
      const answer = store.get(key)
      isLocal = !isPromise(answer)
      return answer
    })
    return found === outage ? found : checked(found)
  }
  const checked = (found: StoredToken | undefined): StoredToken | undefined => {
    if (found === undefined || good.has(found)) return found
    if (!isStoredToken(found)) return undefined
    // Whoever may still change it would have to be watched.
    if (Object.isFrozen(found)) good.add(found)
    return found
  }
  const save = async (key: string, kept: Unsaved): Promise<boolean> => {
    const { token } = kept
    const lifetime = token.refreshToken === undefined ? Math.max(0, token.expiresAt - now()) : undefined
    const saved = (await attempt('set', () => store.set(key, token, lifetime))) !== outage
    if (saved && unsaved.get(key) === kept) unsaved.delete(key)
    return saved
  }
  /** Tries again to save a record, unless somebody has saved a newer one since. */
  const mend = async (key: string, kept: Unsaved): Promise<void> => {
    kept.triedAt = monotonic()
    const found = await find(key)
    if (found === outage || unsaved.get(key) !== kept) return
    if (found !== undefined && found.issuedAt > kept.token.issuedAt) unsaved.delete(key)
    else await save(key, kept)
  }
  /** Goes on until it is saved, though nobody asks for it: a sibling would send the refresh token before it. */
  const insist = (key: string, kept: Unsaved, wait: number): void =>
    later(wait, async () => {
      if (unsaved.get(key) !== kept) return
      await mend(key, kept)
      insist(key, kept, Math.min(mendPause.longest, wait * 2))
    })
  const read = async (key: string): Promise<StoredToken | undefined | 'away'> => {
    const kept = unsaved.get(key)
    if (kept !== undefined && Math.abs(monotonic() - kept.triedAt) >= mendPause.first) void mend(key, kept)
    if (kept !== undefined || deleted.get(key) === true) return kept?.token
    const found = await find(key)
    return found === outage ? 'away' : found
  }
  return {
    isSettled: () => unsaved.size === 0 && deleted.size === 0,
    get: async (key) => {
      const found = await read(key)
      return found === 'away' ? undefined : found
    },
    read,
    atHand: (key) => {
      if (!isLocal) return undefined
      isLocal = false
      try {
        const found = store.get(key)
        isLocal = !isPromise(found)
        if (!isPromise(found)) return checked(found)
        // It is asked again by whoever can wait, who hears of a failure, too.
        found.then(undefined, () => undefined)
      } catch {}
      return undefined
    },
    set: async (key, token) => {
      // Before it is saved: who asks meanwhile must not get an older one from the store.
      const kept = { token, triedAt: monotonic() }
      unsaved.set(key, kept)
      deleted.delete(key)
      for (const wait of token.refreshToken === undefined ? [0] : attempts) {
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
        if (await save(key, kept)) return
      }
      kept.triedAt = monotonic()
      if (token.refreshToken !== undefined) insist(key, kept, mendPause.first)
    },
    delete: async (key) => {
      // A record that was not saved in time may still arrive in the store.
      const late = unsaved.get(key) !== undefined
      unsaved.delete(key)
      deleted.set(key, true)
      const gone = (await attempt('delete', () => store.delete(key))) !== outage
      if (gone && !late) deleted.delete(key)
      return gone
    },
    lock: async (key, lifetime) => {
      if (store.lock === undefined) return everybody
      const asked = settled(() => store.lock?.(key, lifetime))
      const lock = await attempt('lock', () => asked)
      // One that comes too late would be held by nobody until its end.
      if (lock === outage) asked.then(release).catch(() => undefined)
      if (lock === outage) return 'away'
      return lock === undefined
        ? 'held'
        : { release: async () => void (await attempt('release', () => lock.release())) }
    },
  }
}

/** A record the store does not have yet. */
interface Unsaved {
  readonly token: StoredToken
  triedAt: number
}

type Awaitable<T> = Promise<T> | T

const outage: unique symbol = Symbol('outage')

const everybody: StoreLock = { release: async () => undefined }

async function release(lock: StoreLock | undefined): Promise<void> {
  await lock?.release()
}

/** The work's result, or an outage. A store of this process answers at once: no timer is made for it. */
function inTime<T>(work: () => Awaitable<T>, failed: () => void): Promise<T | typeof outage> {
  return new Promise((resolve) => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let over = false
    const end = (result: T | typeof outage): void => {
      if (over) return
      over = true
      clearTimeout(timer)
      if (result === outage) failed()
      resolve(result)
    }
    settled(work).then(end, () => end(outage))
    const elapsed = stopwatch()
    const look = (): void => {
      // The answer may be there, and this process have had no time to read it.
      const late = elapsed() * 1000 - budget > heldUp
      timer = setTimeout(() => end(outage), late ? anotherLook : 0)
    }
    queueMicrotask(() => {
      if (!over) timer = setTimeout(look, budget)
    })
  })
}

/** A store may throw, or return what is no promise. */
function settled<T>(work: () => Awaitable<T>): Promise<T> {
  try {
    return Promise.resolve(work())
  } catch (error) {
    return Promise.reject(error)
  }
}

/** Does something after a while, if the process still runs then: this timer does not keep it alive. */
function later(milliseconds: number, work: () => Promise<void>): void {
  AbortSignal.timeout(milliseconds).addEventListener('abort', () => void work(), { once: true })
}
