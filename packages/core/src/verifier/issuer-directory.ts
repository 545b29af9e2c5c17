import type { Introspection } from './introspect.js'
import type { OpenIssuers } from './open-issuers.js'
import { invalidToken, type Refusal, shown } from './refusal.js'
import type { Caller, RequestScope } from './request-scope.js'
import type { IssuerRules } from './rules.js'

/** How many issuers a log is told to have been expected. */
const maxNamed = 3

/** What one entry of `issuers` comes to: rules by the issuer's exact name, or those of issuers that somebody else knows. */
export interface IssuerEntry<C extends object> {
  readonly exact: readonly IssuerRules<C>[]
  readonly open?: OpenIssuers<C> | undefined
  /** How its tokens are asked about, where they are opaque. */
  readonly introspection?: Introspection | undefined
}

/** Every issuer a verifier trusts: found by its whole name, however many there are, or by asking somebody who knows. */
export class IssuerDirectory<C extends object> {
  readonly #exact = new Map<string, IssuerRules<C>>()
  readonly #open: readonly OpenIssuers<C>[]
  readonly #expected: string
  /** The one whose tokens may be opaque. */
  readonly opaque: IssuerRules<C> | undefined
  readonly introspection: Introspection | undefined

  /** @throws TypeError when one is there twice, or two have opaque tokens. */
  constructor(entries: readonly IssuerEntry<C>[]) {
    for (const rules of entries.flatMap(({ exact }) => exact)) {
      if (this.#exact.has(rules.issuer)) throw new TypeError(`issuer ${rules.issuer} is configured twice`)
      this.#exact.set(rules.issuer, rules)
    }
    this.opaque = onlyOpaque([...this.#exact.values()])
    this.introspection = entries.find(({ introspection }) => introspection !== undefined)?.introspection
    this.#open = entries.flatMap(({ open }) => open ?? [])
    this.#expected = describe([...this.#exact.keys()], this.#open.length > 0)
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
    open: readonly OpenIssuers<C>[],
    scope: RequestScope,
    signal: AbortSignal | undefined,
  ): Promise<IssuerRules<C>> {
    for (const each of open) {
      const rules = await each.get(iss, scope, signal)
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
