import { localLocks } from '../cache/local-locks.js'
import { Lru } from '../cache/lru.js'
import { isStoredToken, type StoredToken, type StoreLock } from '../cache/store.js'
import { isPromise } from '../is-promise.js'
import { stopwatch } from '../stopwatch.js'
import { away } from './away.js'
import type { StoreOperation } from './events.js'
import type { Settings } from './settings.js'

/**
 * A store that never fails: an outage is a miss, and what could not be saved or deleted is kept in mind here until it
 * can.
 */
export interface Vault {
  readonly get: (key: string) => Promise<StoredToken | undefined>
  /** As `get`, for whom an outage is no miss. */
  readonly read: (key: string) => Promise<StoredToken | undefined | typeof away>
  /** What a store that answers without a promise has; `undefined` as well where that is not known at once. */
  readonly atHand: (key: string) => StoredToken | undefined
  /** Whether the store has what it is to have: nothing waits here to be saved or deleted. */
  readonly isSettled: () => boolean
  readonly set: (key: string, token: StoredToken) => Promise<void>
  /** Whether it is gone from the store; from here it is in any case. */
  readonly delete: (key: string) => Promise<boolean>
  /**
   * The lock of a key, or `undefined` while somebody else holds it: within this process, where flights of one session do
   * not join, nor do its requests on some runtimes, and then among processes, where the store knows locks.
   */
  readonly lock: (key: string, lifetime: number) => Promise<StoreLock | undefined | typeof away>
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

/** @param failed told of each outage */
export function createVault(
  { store, now, monotonic }: Pick<Settings, 'store' | 'now' | 'monotonic'>,
  failed: (operation: StoreOperation) => void,
): Vault {
  const takeHere = localLocks(monotonic)
  const unsaved = new Lru<string, Unsaved>(maxKept)
  /** Keys whose record in the store, if there still is one, is not to be served. */
  const deleted = new Lru<string, true>(maxKept * 100)
  /** Records found to be good, which are not looked at again. */
  const good = new WeakSet<StoredToken>()
  /** Whether the store answered without a promise last time. */
  let isLocal = false
  const attempt = <T>(operation: StoreOperation, work: () => Awaitable<T>): Promise<T | typeof away> =>
    inTime(work, () => failed(operation))
  const ask = (key: string): Awaitable<StoredToken | undefined> => {
    const answer = store.get(key)
    isLocal = !isPromise(answer)
    return answer
  }
  const find = async (key: string): Promise<StoredToken | undefined | typeof away> => {
    const found = await attempt('get', () => ask(key))
    return found === away ? away : checked(found)
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
    const lifetime = token.refreshToken === undefined ? Math.max(0, token.expiresAt - now() / 1000) : undefined
    const saved = (await attempt('set', () => store.set(key, token, lifetime))) !== away
    if (saved && unsaved.get(key) === kept) unsaved.delete(key)
    return saved
  }
  /** Tries again to save a record, unless somebody has saved a newer one since. */
  const mend = async (key: string, kept: Unsaved): Promise<void> => {
    kept.triedAt = monotonic()
    const found = await find(key)
    if (found === away || unsaved.get(key) !== kept) return
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
  const read = async (key: string): Promise<StoredToken | undefined | typeof away> => {
    const kept = unsaved.get(key)
    if (kept === undefined) return deleted.get(key) === true ? undefined : await find(key)
    if (Math.abs(monotonic() - kept.triedAt) >= mendPause.first) void mend(key, kept)
    return kept.token
  }
  return {
    isSettled: () => unsaved.size === 0 && deleted.size === 0,
    get: async (key) => {
      const found = await read(key)
      return found === away ? undefined : found
    },
    read,
    atHand: (key) => {
      if (!isLocal) return undefined
      isLocal = false
      try {
        const found = ask(key)
        if (!isPromise(found)) return checked(found)
        // It is asked again by whoever can wait, who hears of a failure, too.
        found.then(undefined, () => undefined)
      } catch {}
      return undefined
    },
    set: async (key, token) => {
      const isOnlyCopy = token.refreshToken !== undefined
      // Before it is saved: who asks meanwhile must not get an older one from the store.
      const kept = { token, triedAt: monotonic() }
      unsaved.set(key, kept)
      deleted.delete(key)
      for (const wait of isOnlyCopy ? attempts : [0]) {
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
        if (await save(key, kept)) return
      }
      kept.triedAt = monotonic()
      if (isOnlyCopy) insist(key, kept, mendPause.first)
    },
    delete: async (key) => {
      // A record that was not saved in time may still arrive in the store.
      const late = unsaved.get(key) !== undefined
      unsaved.delete(key)
      deleted.set(key, true)
      const gone = (await attempt('delete', () => store.delete(key))) !== away
      if (gone && !late) deleted.delete(key)
      return gone
    },
    lock: async (key, lifetime) => {
      const local = takeHere(key, lifetime)
      if (local === undefined || store.lock === undefined) return local
      const asked = settled(() => store.lock?.(key, lifetime))
      const lock = await attempt('lock', () => asked)
      if (lock === away || lock === undefined) {
        // One that comes too late would be held by nobody until its end.
        if (lock === away) asked.then((late) => late?.release()).catch(() => undefined)
        await local.release()
        return lock
      }
      const release = () => Promise.all([local.release(), attempt('release', () => lock.release())])
      return { release: async () => void (await release()) }
    },
  }
}

/** A record the store does not have yet. */
interface Unsaved {
  readonly token: StoredToken
  triedAt: number
}

type Awaitable<T> = Promise<T> | T

/** The work's result, or an outage. A store of this process answers at once: no timer is made for it. */
function inTime<T>(work: () => Awaitable<T>, failed: () => void): Promise<T | typeof away> {
  return new Promise((resolve) => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let over = false
    const end = (result: T | typeof away): void => {
      if (over) return
      over = true
      clearTimeout(timer)
      if (result === away) failed()
      resolve(result)
    }
    settled(work).then(end, () => end(away))
    const elapsed = stopwatch()
    const look = (): void => {
      // The answer may be there, and this process have had no time to read it.
      const late = elapsed() * 1000 - budget > heldUp
      timer = setTimeout(() => end(away), late ? anotherLook : 0)
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
