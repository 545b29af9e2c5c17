import { isStoredToken, type StoredToken, type TokenStore } from '../cache/store.js'
import { isPromise } from '../is-promise.js'
import type { JsonObject } from '../json.js'
import { LoginError } from './login-error.js'

/** Milliseconds a store may take. */
const budget = 250

/** Something a login keeps besides tokens: when it was written, when it ends, and what it says. */
export interface LoginRecord {
  /** Seconds since the epoch, by the clock of whoever reads. */
  readonly writtenAt: number
  readonly expiresAt: number
  readonly content: JsonObject
}

/** Records of logins in a token store. Unlike a token, none of them can be missed: a store that is away is an error. */
export class LoginRecords {
  readonly #store: TokenStore
  /** Seconds since the epoch. */
  readonly #now: () => number

  constructor(store: TokenStore, now: () => number) {
    this.#store = store
    this.#now = now
  }

  /** @throws LoginError `temporarily_unavailable` */
  async get(key: string): Promise<LoginRecord | undefined> {
    const found = await inTime(() => this.#store.get(key))
    if (!isStoredToken(found) || found.tokenType !== recordType || found.expiresAt <= this.#now()) return undefined
    return { writtenAt: found.issuedAt, expiresAt: found.expiresAt, content: found.metadata }
  }

  /** @param lifetime seconds @throws LoginError `temporarily_unavailable` */
  async set(key: string, content: JsonObject, lifetime: number): Promise<void> {
    const now = this.#now()
    const record = stored(content, now, now + lifetime)
    await inTime(() => this.#store.set(key, record, lifetime))
  }

  /** @throws LoginError `temporarily_unavailable` */
  async delete(key: string): Promise<void> {
    await inTime(() => this.#store.delete(key))
  }

  /** Takes what is there once: whether nobody took it before. @param lifetime seconds for which that is remembered */
  async take(key: string, lifetime: number): Promise<boolean> {
    const store = this.#store
    const held = await inTime(() => store.lock?.(key, 5))
    if (store.lock !== undefined && held === undefined) return false
    try {
      if ((await this.get(key)) !== undefined) return false
      await this.set(key, {}, lifetime)
      return true
    } finally {
      // It ends by itself.
      held?.release().catch(() => undefined)
    }
  }
}

/** No token has this type. */
const recordType = 'login-record'

/** Due since ever, so that a store which remembers what it read looks again each time. */
function stored(metadata: JsonObject, issuedAt: number, expiresAt: number): StoredToken {
  const due = { renewAt: 0, waitAt: 0 }
  return { accessToken: 'none', tokenType: recordType, issuedAt, ...due, expiresAt, metadata }
}

/** A store of this process answers at once: no timer is made for it. */
async function inTime<T>(work: () => Promise<T> | T): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    const answer = work()
    if (!isPromise(answer)) return answer
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('late')), budget)
    })
    return await Promise.race([answer, late])
  } catch {
    throw new LoginError('temporarily_unavailable', { reason: 'the store does not answer', retryAfter: 1 })
  } finally {
    clearTimeout(timer)
  }
}
