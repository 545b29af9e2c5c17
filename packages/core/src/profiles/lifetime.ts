import { type Path, readPath } from '../path.js'
import type { AnswerRules, LifetimeUnit } from './profile.js'

/** Seconds after which even a token that claims to live for ever is renewed: a year. */
const longest = 31_536_000

/** A lifetime as an answer gave it. */
export interface ReadLifetime {
  /** Seconds from now, at most a year; 0 for a token that is not to be kept. `undefined` when the answer names none. */
  readonly seconds: number | undefined
  /** What was not as RFC 6749 §5.1 says. */
  readonly repair?: string | undefined
}

const standard: NonNullable<AnswerRules['lifetime']> = [{ path: 'expires_in', as: 'seconds' }]

/**
 * Reads a token's lifetime.
 *
 * @param now seconds since the epoch, for lifetimes that are written as a point in time.
 * @returns `'malformed'` for what is no lifetime at all: `NaN`, a boolean, an object.
 */
export function readLifetime(document: unknown, rules: AnswerRules, now: number): ReadLifetime | 'malformed' {
  for (const { path, as } of rules.lifetime ?? standard) {
    const value = readPath(document, path)
    if (value === undefined) continue
    const read = secondsFromNow(value, as, now)
    if (!Number.isFinite(read)) return 'malformed'
    const repair = repairOf(value, path, as, read)
    return { seconds: Math.min(Math.max(read, 0), longest), repair }
  }
  return { seconds: undefined }
}

/** `NaN` or infinite for what is no lifetime; 1e400 is `Infinity` by the time `JSON.parse` hands it over. */
function secondsFromNow(value: unknown, as: LifetimeUnit, now: number): number {
  const number = as === 'rfc3339' ? parseDate(value) : parseNumber(value)
  const seconds = as === 'seconds' || as === 'epoch-seconds' ? number : number / 1000
  return as === 'seconds' || as === 'milliseconds' ? seconds : seconds - now
}

function parseNumber(value: unknown): number {
  if (typeof value === 'string' && /^-?\d{1,20}(\.\d{1,20})?$/.test(value)) return Number(value)
  return typeof value === 'number' ? value : Number.NaN
}

const rfc3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/

/** Milliseconds since the epoch. */
function parseDate(value: unknown): number {
  return typeof value === 'string' && rfc3339.test(value)
    ? Date.parse(value.toUpperCase().replace(' ', 'T'))
    : Number.NaN
}

function repairOf(value: unknown, path: Path, as: LifetimeUnit, read: number): string | undefined {
  if (path !== 'expires_in') return 'expires_in stood elsewhere'
  if (as !== 'seconds') return 'expires_in was not in seconds from now'
  if (typeof value === 'string') return 'expires_in was a string'
  return read < 0 ? 'expires_in was negative' : undefined
}
