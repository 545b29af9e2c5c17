import type { JsonObject } from '../json.js'

/** The members that make up the public half of each key type; every other one, private parts first, is dropped. */
const publicMembers: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['RSA', ['kty', 'n', 'e']],
  ['EC', ['kty', 'crv', 'x', 'y']],
  ['OKP', ['kty', 'crv', 'x']],
])

/** The members that make up a public key, and no others. */
export function publicHalf(jwk: JsonObject): Readonly<Record<string, string>> | undefined {
  const names = publicMembers.get(jwk.kty)
  return names && textsOf(jwk, names)
}

/** Some members of a JWK, unless one of them is no string. */
export function textsOf(jwk: JsonObject, names: readonly string[]): Readonly<Record<string, string>> | undefined {
  const texts: Record<string, string> = {}
  for (const name of names) {
    const value = jwk[name]
    if (typeof value !== 'string') return undefined
    texts[name] = value
  }
  return texts
}
