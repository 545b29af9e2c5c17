import type { VerifierEvent } from './events.js'
import type { VerificationKey } from './jwk.js'
import type { KeySet, ReadableKeySet } from './key-set.js'
import type { KeySource } from './key-source.js'
import { unavailable } from './refusal.js'
import { UnknownKids } from './unknown-kids.js'
import { detach } from './wait.js'

/** Seconds between two fetches that found nothing new, from the start of the first. */
const cooldown = 30
/** Seconds for which the last good set still serves when no newer one can be had. */
const graceAfterExpiry = 3600
/** A refresh starts at this part of the lifetime, behind whichever request comes by, and up to 5 % earlier. */
const refreshAhead = 0.8
const minBackoff = 1
const maxBackoff = 60

/** One successful fetch of an issuer's keys. */
export interface FetchedKeys {
  readonly set: ReadableKeySet
  /** Seconds for which the set may be used without asking again. */
  readonly lifetime: number
}

/** What a source of fetched keys needs. */
export interface RemoteKeysOptions {
  readonly issuer: string
  readonly load: (previous: ReadableKeySet | undefined) => Promise<FetchedKeys>
  readonly now: () => number
  readonly emit: (event: VerifierEvent) => void
}

/** How one attempt ended; milliseconds since the epoch when it started. */
interface Attempt {
  readonly startedAt: number
  readonly ok: boolean
}

interface Current extends FetchedKeys {
  readonly startedAt: number
  readonly refreshAt: number
}

/**
 * Keys fetched from an issuer, kept while they are good.
 *
 * One flight at a time, joined by everybody who waits; a set is refreshed ahead of its end behind the requests, serves
 * up to an hour longer during an outage, and is replaced as a whole. Only `now` drives it: there are no timers.
 */
export function remoteKeys({ issuer, load, now, emit }: RemoteKeysOptions): KeySource {
  let current: Current | undefined
  let flight: Promise<Attempt> | undefined
  /** The last attempt that did not find what it was made for. */
  let fruitless: Attempt | undefined
  let failures = 0
  let failedAt = Number.NEGATIVE_INFINITY
  const unknown = new UnknownKids(cooldown)

  /** A clock that was set back makes an age negative: then nothing is fresh and no wait goes on. */
  const isWithin = (startedAt: number, seconds: number): boolean => {
    const age = now() - startedAt
    return age >= 0 && age < seconds * 1000
  }
  const backoff = (): number => (failures === 0 ? 0 : Math.min(maxBackoff, minBackoff * 2 ** (failures - 1)))
  const isBackingOff = (): boolean => isWithin(failedAt, backoff())
  const isFresh = (): boolean => current !== undefined && isWithin(current.startedAt, current.lifetime)
  const isServing = (): boolean =>
    current !== undefined && now() - current.startedAt < (current.lifetime + graceAfterExpiry) * 1000
  const retryAfter = (startedAt: number, seconds: number): number => seconds - (now() - startedAt) / 1000

  const attempt = async (): Promise<Attempt> => {
    const startedAt = now()
    try {
      const fetched = await load(current?.set)
      const ahead = fetched.lifetime * (refreshAhead - 0.05 * Math.random())
      current = { ...fetched, startedAt, refreshAt: startedAt + ahead * 1000 }
      failures = 0
      emit({ type: 'keys_fetched', issuer, keys: fetched.set.size })
      return { startedAt, ok: true }
    } catch (error) {
      failures = Math.min(failures + 1, 10)
      failedAt = startedAt
      const reason = error instanceof Error ? error.message : 'unknown'
      emit({ type: 'keys_unavailable', issuer, reason, retryAfter: backoff() })
      return { startedAt, ok: false }
    }
  }

  const fetchOnce = (): Promise<Attempt> => {
    flight ??= attempt().finally(() => {
      flight = undefined
    })
    return flight
  }

  const refreshIfDue = (): void => {
    if (current !== undefined && !(now() < current.refreshAt && now() >= current.startedAt) && !isBackingOff()) {
      void fetchOnce()
    }
  }

  /** The set to go by, and the attempt that was waited for, if one was. */
  const ready = async (signal: AbortSignal | undefined): Promise<{ set: KeySet; waited: Attempt | undefined }> => {
    refreshIfDue()
    if (current !== undefined && isFresh()) return { set: current.set, waited: undefined }
    const waited = flight === undefined && isBackingOff() ? undefined : await detach(fetchOnce(), signal)
    if (current !== undefined && (waited?.ok === true || isServing())) return { set: current.set, waited }
    throw unavailable('the keys of the issuer cannot be fetched', retryAfter(failedAt, backoff()))
  }

  /** One more look, unless the last one was in vain less than the cooldown ago. */
  const lookAgain = async (signal: AbortSignal | undefined): Promise<Attempt> => {
    if (flight !== undefined) return detach(flight, signal)
    if (fruitless !== undefined && isWithin(fruitless.startedAt, cooldown)) {
      // The attempt in vain may have failed, and a refresh may have succeeded since.
      return current !== undefined && current.startedAt > fruitless.startedAt
        ? { startedAt: current.startedAt, ok: true }
        : fruitless
    }
    if (isBackingOff()) return { startedAt: failedAt, ok: false }
    return detach(fetchOnce(), signal)
  }

  /** Only what was really asked counts, and once: an attempt that is reported again starts no new cooldown. */
  const inVain = (looked: Attempt): void => {
    if (fruitless === undefined || !isWithin(fruitless.startedAt, cooldown)) fruitless = looked
  }

  const find: KeySource['find'] = async (alg, kid, signal) => {
    const { set, waited } = await ready(signal)
    const found = set.candidates(alg, kid)
    if (found.length > 0) return found
    const name = JSON.stringify([alg, kid ?? null])
    if (waited === undefined && unknown.isKnown(name, now())) return []
    const looked = waited ?? (await lookAgain(signal))
    const newer = current?.set.candidates(alg, kid) ?? []
    if (newer.length > 0) return newer
    inVain(looked)
    if (!looked.ok) {
      throw unavailable('the key is unknown and the issuer cannot be asked', retryAfter(looked.startedAt, cooldown))
    }
    unknown.add(name, now())
    return []
  }

  const findNewer: KeySource['findNewer'] = async (alg, kid, tried, signal) => {
    const untried = (): readonly VerificationKey[] =>
      current?.set.candidates(alg, kid).filter((key) => !tried.includes(key)) ?? []
    const already = untried()
    if (already.length > 0) return already
    const looked = await lookAgain(signal)
    const newer = untried()
    if (newer.length === 0) inVain(looked)
    return newer
  }

  const trusts: KeySource['trusts'] = (key) => {
    refreshIfDue()
    return current !== undefined && (isFresh() || (isBackingOff() && isServing())) && current.set.holds(key)
  }

  return { find, findNewer, trusts }
}
