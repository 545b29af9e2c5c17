import { Lru } from '../cache/lru.js'
import type { JsonObject } from '../json.js'
import { type Path, readPath } from '../path.js'
import type { ScopeCatalogue } from '../scopes/catalogue.js'
import { mapScopes, type ScopeMapping } from '../scopes/mapping.js'
import { defaultScopePaths } from '../scopes/reader.js'

/** Texts that are kept: the clients of an API ask for the same few lists of scopes all the time. */
const maxTexts = 256
/** Characters. */
const maxLength = 512

interface Known<S extends string> {
  /** Whose mapping it was: another issuer may mean something else by the same text. */
  readonly mapping: ScopeMapping
  readonly scopes: readonly S[]
}

/** What tokens may do here, worked out once for all whose scopes are one text. */
export class KnownScopes<S extends string> {
  readonly #catalogue: ScopeCatalogue<S> | undefined
  readonly #texts = new Lru<string, Known<S>>(maxTexts)

  constructor(catalogue: ScopeCatalogue<S> | undefined) {
    this.#catalogue = catalogue
  }

  /** @param mapping the very object that the issuer's rules hold. */
  of(claims: JsonObject, mapping: ScopeMapping): readonly S[] {
    const text = onlyText(claims, mapping.from ?? defaultScopePaths)
    if (text === undefined || text.length > maxLength) return this.#effective(claims, mapping)
    const known = this.#texts.get(text)
    if (known?.mapping === mapping) return known.scopes
    const scopes = this.#effective(claims, mapping)
    this.#texts.set(text, { mapping, scopes })
    return scopes
  }

  #effective(claims: JsonObject, mapping: ScopeMapping): readonly S[] {
    const granted = mapScopes(claims, mapping)
    // Without a catalogue S is `string`: nothing else could be inferred for it.
    const isScope = (_: string): _ is S => true
    return Object.freeze(this.#catalogue?.expand(granted) ?? granted.filter(isScope))
  }
}

/** The text that says all of it, if one does. */
function onlyText(claims: JsonObject, paths: readonly Path[]): string | undefined {
  let text: string | undefined
  for (const path of paths) {
    const value = readPath(claims, path)
    if (value === undefined) continue
    if (text !== undefined || typeof value !== 'string') return undefined
    text = value
  }
  return text
}
