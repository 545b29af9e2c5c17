import { isJsonObject, type JsonObject, own } from '../json.js'
import { lowerCase } from './claims.js'
import { invalidToken } from './refusal.js'

/** The keys a token is bound to (RFC 7800 §3.1): every one that is named must be proven. */
export interface Confirmation {
  /** SHA-256 thumbprint of the key of its DPoP proofs (RFC 9449 §6.1). */
  readonly jkt: string | undefined
  /** SHA-256 thumbprint of its client's certificate (RFC 8705 §3.1). */
  readonly x5t: string | undefined
}

/** SHA-256 in base64url. */
const thumbprint = /^[A-Za-z0-9_-]{43}$/

const methods: readonly string[] = ['jkt', 'x5t#S256']

/**
 * Reads what a token is bound to, `undefined` for a plain bearer token. A member that nobody here can prove makes the
 * token worthless, not free.
 *
 * @throws Refusal
 */
export function readConfirmation(claims: JsonObject): Confirmation | undefined {
  if (!Object.hasOwn(claims, 'cnf')) {
    if (lowerCase(own(claims, 'token_type')) === 'dpop')
      throw invalidToken('token_type is DPoP, yet it is bound to no key')
    return undefined
  }
  const { cnf } = claims
  if (!isJsonObject(cnf)) throw invalidToken('cnf is no JSON object')
  const names = Object.keys(cnf)
  if (names.length === 0 || !names.every((name) => methods.includes(name))) {
    throw invalidToken('it is bound to a key (cnf) in a way that cannot be proven here')
  }
  return { jkt: readThumbprint(cnf, 'jkt'), x5t: readThumbprint(cnf, 'x5t#S256') }
}

/** Whether later answers about a token belong under the DPoP scheme. */
export function isDpopBound(claims: JsonObject): boolean {
  const cnf = own(claims, 'cnf')
  return isJsonObject(cnf) && Object.hasOwn(cnf, 'jkt')
}

function readThumbprint(cnf: JsonObject, name: string): string | undefined {
  const value = own(cnf, name)
  if (value === undefined || (typeof value === 'string' && thumbprint.test(value))) return value
  throw invalidToken(`cnf.${name} is no SHA-256 thumbprint`)
}
