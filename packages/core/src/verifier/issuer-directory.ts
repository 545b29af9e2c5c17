import type { Introspection } from './introspect.js'
import type { OpenIssuers } from './open-issuers.js'
import { invalidToken, shown } from './refusal.js'
import type { Caller } from './request-scope.js'
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
export interface IssuerDirectory<C extends object> {
  /** Those that were listed, not those that are looked up. */
  readonly names: readonly string[]
  /** The one whose tokens may be opaque. */
  readonly opaque: IssuerRules<C> | undefined
  readonly introspection: Introspection | undefined
  /**
   * The rules for the issuer a token names. `iss` only selects, by the whole text; no URL is ever made of it.
   *
   * @throws Refusal `invalid_token` for an issuer that is not trusted, `temporarily_unavailable` when nobody can say.
   */
  readonly find: (iss: unknown, caller: Caller) => IssuerRules<C> | Promise<IssuerRules<C>>
}

/** @throws TypeError when one is there twice, or two have opaque tokens. */
export function createDirectory<C extends object>(entries: readonly IssuerEntry<C>[]): IssuerDirectory<C> {
  const listed = entries.flatMap(({ exact }) => exact)
  const byName = new Map<unknown, IssuerRules<C>>(listed.map((rules) => [rules.issuer, rules]))
  const hidden = listed.find((rules) => byName.get(rules.issuer) !== rules)
  if (hidden !== undefined) throw new TypeError(`issuer ${hidden.issuer} is configured twice`)
  const [opaque, second] = listed.filter(({ introspector }) => introspector !== undefined)
  if (second !== undefined) {
    throw new TypeError('introspection is configured for two issuers: an opaque token does not say whose it is')
  }
  const names = listed.map(({ issuer }) => issuer)
  const open = entries.flatMap((entry) => entry.open ?? [])

  const lookUp = async (iss: unknown, caller: Caller): Promise<IssuerRules<C>> => {
    for (const ask of open) {
      const rules = await ask(iss, caller)
      if (rules !== undefined) return rules
    }
    const expected = names.slice(0, maxNamed)
    if (names.length > maxNamed) expected.push(`one of ${names.length - maxNamed} more`)
    if (open.length > 0) expected.push('one that is looked up')
    throw invalidToken(`iss is ${shown(iss)}, expected ${expected.join(' or ')}`)
  }

  return {
    names,
    opaque,
    introspection: entries.find((entry) => entry.introspection !== undefined)?.introspection,
    find: (iss, caller) => byName.get(iss) ?? lookUp(iss, caller),
  }
}
