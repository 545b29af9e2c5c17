import { Lru } from '../cache/lru.js'
import type { JsonObject } from '../json.js'

/** Headers that are kept: an issuer has one for each of its keys, or few more. */
const maxHeaders = 256
/** Characters. A longer one is none that every token of an issuer has. */
const maxLength = 512

/**
 * Headers of tokens that were good, by the segment they stood in. Most tokens share one with many others. What was not
 * signed by an issuer is not kept, so that nobody else can push out what is.
 */
export class KnownHeaders {
  readonly #headers = new Lru<string, JsonObject>(maxHeaders)

  /** The header of a token, if it is one of these. */
  of(token: string): JsonObject | undefined {
    const end = token.indexOf('.')
    return end === -1 || end > maxLength ? undefined : this.#headers.get(token.slice(0, end))
  }

  /** @param token one whose signature was good. */
  keep(token: string, header: JsonObject): void {
    const end = token.indexOf('.')
    if (end <= maxLength) this.#headers.set(token.slice(0, end), header)
  }
}
