import { IssuerLookup, type IssuerLookupOptions } from './issuer-lookup.js'
import type { IssuerEntry } from './issuer-options.js'
import type { KeySource } from './key-source.js'
import { invalidToken, type Refusal, shown } from './refusal.js'
import type { Caller, RequestScope } from './request-scope.js'
import type { IssuerRules } from './rules.js'

/** How many issuers a log is told to have been expected. */
const maxNamed = 3

/** Issuers that are looked up when a token names them. */
export interface OpenIssuers<C extends object> {
  /** Whether this could be one of them. */
  matches(issuer: string): boolean
  find(issuer: string, signal: AbortSignal): Promise<IssuerRules<C> | undefined>
}

interface Open<C extends object> {
  readonly matches: (issuer: string) => boolean
  readonly lookup: IssuerLookup<IssuerRules<C>>
}

/** Every issuer a verifier trusts: found by its whole name, however many there are, or by asking somebody who knows. */
export class IssuerDirectory<C extends object> {
  readonly #exact = new Map<string, IssuerRules<C>>()
  readonly #open: readonly Open<C>[]
  readonly #expected: string
  /** The one whose tokens may be opaque. */
  readonly opaque: IssuerRules<C> | undefined

  /** @throws TypeError when one is there twice, or two have opaque tokens. */
  constructor(
    entries: readonly IssuerEntry<C>[],
    open: readonly OpenIssuers<C>[],
    lookups: Omit<IssuerLookupOptions<IssuerRules<C>>, 'find'>,
  ) {
    for (const rules of entries.flatMap(({ exact }) => exact)) {
      if (this.#exact.has(rules.issuer)) throw new TypeError(`issuer ${rules.issuer} is configured twice`)
      this.#exact.set(rules.issuer, rules)
    }
    this.opaque = onlyOpaque([...this.#exact.values()])
    this.#open = open.map((issuers) => openedBy(issuers, lookups))
    this.#expected = describe([...this.#exact.keys()], open.length > 0)
  }

  /** Those that were listed, not those that are looked up. */
  get names(): readonly string[] {
    return [...this.#exact.keys()]
  }

  /**
   * The rules for the issuer a token names. `iss` only selects, by the whole text; no URL is ever made of it.
   *
   * @throws Refusal `invalid_token` for an issuer that is not trusted, `temporarily_unavailable` when nobody can say.
   */
  find(iss: unknown, { scope, signal }: Caller): IssuerRules<C> | Promise<IssuerRules<C>> {
    const rules = typeof iss === 'string' ? this.#exact.get(iss) : undefined
    if (rules !== undefined) return rules
    const open = typeof iss === 'string' ? this.#open.filter(({ matches }) => matches(iss)) : []
    if (typeof iss !== 'string' || open.length === 0) throw this.#unknown(iss)
    return this.#lookUp(iss, open, scope, signal)
  }

  async #lookUp(
    iss: string,
    open: readonly Open<C>[],
    scope: RequestScope,
    signal: AbortSignal | undefined,
  ): Promise<IssuerRules<C>> {
    for (const { lookup } of open) {
      const rules = await lookup.get(iss, scope, signal)
      if (rules !== undefined) return rules
    }
    throw this.#unknown(iss)
  }

  #unknown(iss: unknown): Refusal {
    return invalidToken(`iss is ${shown(iss)}, expected ${this.#expected}`)
  }
}

/** Short, however many there are. */
function describe(issuers: readonly string[], areMoreLookedUp: boolean): string {
  const named = issuers.slice(0, maxNamed)
  if (issuers.length > maxNamed) named.push(`one of ${issuers.length - maxNamed} more`)
  if (areMoreLookedUp) named.push('one that is looked up')
  return named.join(' or ')
}

function onlyOpaque<C extends object>(issuers: readonly IssuerRules<C>[]): IssuerRules<C> | undefined {
  const [opaque, second] = issuers.filter((rules) => rules.introspector !== undefined)
  if (second !== undefined) {
    throw new TypeError('introspection is configured for two issuers: an opaque token does not say whose it is')
  }
  return opaque
}

/** What was found ends with its lookup: a token that is remembered then has its issuer looked up once more. */
function openedBy<C extends object>(
  { matches, find }: OpenIssuers<C>,
  options: Omit<IssuerLookupOptions<IssuerRules<C>>, 'find'>,
): Open<C> {
  const lookup = new IssuerLookup<IssuerRules<C>>({
    ...options,
    find: async (issuer, signal) => {
      const rules = await find(issuer, signal)
      if (rules?.keys === undefined) return rules
      const found: IssuerRules<C> = { ...rules, keys: whileCurrent(rules.keys, () => lookup.isCurrent(issuer, found)) }
      return found
    },
  })
  return { matches, lookup }
}

function whileCurrent(keys: KeySource, isCurrent: () => boolean): KeySource {
  return {
    find: (query) => keys.find(query),
    findNewer: (query, tried, pick) => keys.findNewer(query, tried, pick),
    trusts: (key, scope) => isCurrent() && keys.trusts(key, scope),
  }
}
