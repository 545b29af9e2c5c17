import { decodeBase64url, decodeBase64urlText } from '../base64url.js'
import { type JsonObject, own } from '../json.js'
import { parseStrictJsonText } from '../strict-json.js'
import { invalidToken, shown } from './refusal.js'

/** The signed parts of a JWS in compact serialisation (RFC 7515 §7.1); nothing about them is believed yet. */
export interface SignedParts {
  readonly header: JsonObject
  readonly signature: Uint8Array<ArrayBuffer>
  /** What was signed: the first two segments as they were sent (RFC 7515 §5.2), nothing but ASCII. */
  readonly signed: string
}

/** A JWS, whatever it says. */
export interface ParsedJws extends SignedParts {
  readonly payload: Uint8Array<ArrayBuffer>
}

/** A JWS whose payload is a set of claims (RFC 7519 §3). */
export interface ParsedJwt extends SignedParts {
  readonly claims: JsonObject
}

/** What the header must be for a signature to be looked at. */
export interface HeaderRules {
  readonly algorithms: ReadonlySet<string>
  /** Accepted `typ` values, in lower case and without `application/`. */
  readonly typ: ReadonlySet<string>
  /** Whether a token without `typ` is accepted. */
  readonly untyped: boolean
}

/** The members a verifier goes by. */
export interface CheckedHeader {
  readonly alg: string
  readonly kid: string | undefined
}

/**
 * No extension is understood, so whoever insists on one is refused (RFC 7515 §4.1.11). `b64` must not be in a JWT at all
 * (RFC 7797 §7), `zip` belongs to encryption.
 */
const unsupported = ['crit', 'b64', 'zip'] as const

/** Longer than any honest key id: unknown ones are remembered. */
const maxKidLength = 1024

/**
 * Takes a JWT apart: a JWS whose payload, too, is a JSON object in strict UTF-8 without a member named twice.
 *
 * @param knownHeader what the token's first segment was read as before.
 * @throws Refusal when it is anything else.
 */
export function parseJwt(token: string, knownHeader?: JsonObject): ParsedJwt {
  const { header, payload, signature, signed } = takeApart(token, knownHeader)
  return { header, signature, signed, claims: readObject(payload, 'payload') }
}

/**
 * Takes a JWS apart: exactly three segments of canonical base64url, the header a JSON object in strict UTF-8 without a
 * member named twice.
 *
 * @throws Refusal when it is anything else, a JWE or a JSON serialisation for instance.
 */
export function parseJws(token: string): ParsedJws {
  const { header, payload, signature, signed } = takeApart(token)
  return { header, signature, signed, payload: decodeSegment(payload, 'payload') }
}

/** The payload as it was sent. */
function takeApart(token: string, knownHeader?: JsonObject): SignedParts & { readonly payload: string } {
  const first = token.indexOf('.')
  const last = token.indexOf('.', first + 1)
  if (first === -1 || last === -1 || token.includes('.', last + 1)) throw invalidToken('a JWT has three segments')
  return {
    header: knownHeader ?? readObject(token.slice(0, first), 'header'),
    payload: token.slice(first + 1, last),
    signature: decodeSegment(token.slice(last + 1), 'signature'),
    signed: token.slice(0, last),
  }
}

/** Checks `crit`, `typ`, `alg` and `kid` (RFC 7515 §4.1, RFC 8725 §3.1 and §3.11). @throws Refusal */
export function checkHeader(header: JsonObject, rules: HeaderRules): CheckedHeader {
  for (const name of unsupported) {
    if (Object.hasOwn(header, name)) throw invalidToken(`the header member '${name}' is not supported`)
  }
  checkContentType(own(header, 'cty'))
  checkType(own(header, 'typ'), rules)
  const alg = own(header, 'alg')
  if (typeof alg !== 'string' || !rules.algorithms.has(alg)) {
    throw invalidToken(`alg is ${shown(alg)}; allowed are ${[...rules.algorithms].join(', ')}`)
  }
  const kid = own(header, 'kid')
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > maxKidLength)) {
    throw invalidToken('kid is not a string, or far too long')
  }
  return { alg, kid }
}

/** A media type as RFC 7515 §4.1.9 lets it be shortened: case does not matter, `application/` may be left out. */
export function mediaType(value: string): string {
  const name = value.toLowerCase()
  const short = name.startsWith('application/') ? name.slice('application/'.length) : name
  return short.includes('/') ? name : short
}

function checkContentType(cty: unknown): void {
  if (cty !== undefined && (typeof cty !== 'string' || mediaType(cty) === 'jwt'))
    throw invalidToken('nested JWTs are not supported')
}

function checkType(typ: unknown, rules: HeaderRules): void {
  const accepted = typ === undefined ? rules.untyped : typeof typ === 'string' && rules.typ.has(mediaType(typ))
  if (!accepted) throw invalidToken(`typ is ${shown(typ)}; accepted are ${[...rules.typ].join(', ')}`)
}

function readObject(segment: string, name: string): JsonObject {
  const text = decodeBase64urlText(segment)
  const object = text === undefined ? undefined : parseStrictJsonText(text)
  if (object !== undefined) return object
  decodeSegment(segment, name)
  throw invalidToken(`the ${name} is not one JSON object without ambiguities`)
}

function decodeSegment(segment: string, name: string): Uint8Array<ArrayBuffer> {
  const bytes = decodeBase64url(segment)
  if (bytes === undefined) throw invalidToken(`the ${name} is not canonical base64url`)
  return bytes
}
