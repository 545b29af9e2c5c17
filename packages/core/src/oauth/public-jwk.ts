import type { JsonObject } from '../json.js'

/** The members that make up the public half of each key type; every other one, private parts first, is dropped. */
const publicMembers: Readonly<Record<string, readonly string[]>> = {
  RSA: ['n', 'e'],
  EC: ['crv', 'x', 'y'],
  OKP: ['crv', 'x'],
}

/** The members that make up a public key, and no others. */
export function publicHalf(jwk: JsonObject): Readonly<Record<string, string>> | undefined {
  const kty = jwk.kty
  const names = typeof kty === 'string' && Object.hasOwn(publicMembers, kty) ? publicMembers[kty] : undefined
  if (names === undefined || typeof kty !== 'string') return undefined
  const material: Record<string, string> = { kty }
  for (const name of names) {
    const value = jwk[name]
    if (typeof value !== 'string') return undefined
    material[name] = value
  }
  return material
}
