import { checkShapes, type Shape, seconds } from '../shapes.js'
import type { VerifierEvent } from './events.js'
import { IssuerLookup } from './issuer-lookup.js'
import type { KeySource } from './key-source.js'
import type { Caller } from './request-scope.js'
import type { IssuerRules } from './rules.js'

/**
 * Issuers that are looked up when a token names them. Asked about one that is none of them, it answers with nothing.
 *
 * @throws Refusal `temporarily_unavailable` when that cannot be known.
 */
export type OpenIssuers<C extends object> = (iss: unknown, caller: Caller) => Promise<IssuerRules<C> | undefined>

/** What a verifier lends to a lookup. */
export interface LookupContext {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly emit: (event: VerifierEvent) => void
}

/** How long the answers of your function are waited for, and believed. */
export interface LookupOptions {
  /** Seconds for which an answer is believed; 86 400 at most. @default 300 */
  readonly maxAge?: number | undefined
  /** Seconds an answer may take, 60 at most; then the request is refused with a 503. @default 2 */
  readonly timeout?: number | undefined
}

/** Whoever knows the issuers. */
interface Knowing<C extends object> {
  /** Whether this could be one of them. */
  matches(issuer: string): boolean
  find(issuer: string, signal: AbortSignal): Promise<IssuerRules<C> | undefined>
}

const shapes: Readonly<Record<keyof LookupOptions, Shape>> = { maxAge: seconds(86_400), timeout: seconds(60) }

/** @throws TypeError */
export function checkLookup(options: LookupOptions, where: string): void {
  checkShapes(options, shapes, where)
}

/** What was found ends with its lookup: a token that is remembered then has its issuer looked up once more. */
export function openIssuers<C extends object>(
  { matches, find }: Knowing<C>,
  { maxAge = 300, timeout = 2 }: LookupOptions,
  { now, emit }: LookupContext,
): OpenIssuers<C> {
  const lookup = new IssuerLookup<IssuerRules<C>>({
    maxAge,
    timeout,
    now,
    emit,
    find: async (issuer, signal) => {
      const rules = await find(issuer, signal)
      if (rules?.keys === undefined) return rules
      const found: IssuerRules<C> = { ...rules, keys: whileCurrent(rules.keys, () => lookup.isCurrent(issuer, found)) }
      return found
    },
  })
  return async (iss, { scope, signal }) =>
    typeof iss === 'string' && matches(iss) ? lookup.get(iss, scope, signal) : undefined
}

function whileCurrent(keys: KeySource, isCurrent: () => boolean): KeySource {
  return {
    find: (query) => keys.find(query),
    findNewer: (query, tried, pick) => keys.findNewer(query, tried, pick),
    trusts: (key, scope) => isCurrent() && keys.trusts(key, scope),
  }
}
