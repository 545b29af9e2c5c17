import type { AuthScheme } from '../challenge.js'
import { isJsonObject } from '../json.js'
import { fieldOf } from './field.js'
import { invalidToken, Refusal } from './refusal.js'
import type { RequestLike } from './request.js'

/** Characters of a token; longer ones are refused before anything else is done with them. */
const maxTokenLength = 16 * 1024

/** A scheme is a token of RFC 9110 §5.6.2. */
const schemeAndRest = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]*)(.*)$/s

/** What was sent as an access token; whether it can be one is looked at when nobody knows it. */
export interface Credentials {
  readonly scheme: AuthScheme
  readonly text: string
}

/** What a list of credentials begins or goes on with, where one of our schemes is among them. */
const listed = /(?:^|,)[ \t]*(?:bearer|dpop)[ \t]/i

/**
 * Takes the access token from the one `Authorization` field of a request (RFC 6750 §2.1, RFC 9449 §7.1). Tokens in a
 * query or a body are not looked for.
 *
 * @param takesDpop whether a token may be sent under the DPoP scheme, too.
 * @throws Refusal `missing_token` without the field or with another scheme, `invalid_request` when it is malformed,
 * there twice, or a list.
 */
export function readCredentials(request: RequestLike, takesDpop: boolean): Credentials {
  const field = fieldOf(request, 'authorization')
  if (field === undefined) throw new Refusal('missing_token', 'the request has no Authorization field')
  const value = trimBlanks(field)
  // Two fields arrive joined by a comma on some platforms. A token holds none, so a list with our scheme is malformed.
  if (value.includes(',') && listed.test(value)) throw malformed('it is sent twice or is a list')
  const [name, rest] = split(value)
  const isDpop = takesDpop && name === 'dpop'
  if (!isDpop && name !== 'bearer')
    throw new Refusal('missing_token', takesDpop ? 'the scheme is not Bearer or DPoP' : 'the scheme is not Bearer')
  if (!rest.startsWith(' ')) throw malformed(rest === '' ? 'there is no token' : 'no space follows the scheme')
  const text = rest.replace(/^ +/, '')
  checkLength(text)
  return { scheme: isDpop ? 'DPoP' : 'Bearer', text }
}

/**
 * The scheme in lower case, and what follows. A pattern reads the whole token; the one prefix that nearly every client
 * sends needs none.
 */
function split(value: string): readonly [scheme: string, rest: string] {
  if (value.startsWith('Bearer ')) return ['bearer', value.slice('Bearer'.length)]
  const [, name = '', rest = ''] = schemeAndRest.exec(value) ?? []
  return [name.toLowerCase(), rest]
}

/** Tells what is no request from one without a token. */
export function isRequest(request: unknown): boolean {
  try {
    return isJsonObject(request) && isJsonObject(request.headers)
  } catch {
    // Asked of a prototype, an accessor throws.
    return false
  }
}

/** What is to be verified by itself. @throws Refusal */
export function tokenText(token: unknown): string {
  if (typeof token !== 'string') throw invalidToken('it is not a string')
  checkLength(token)
  return token
}

/** What a token looks like (RFC 6750 §2.1), with further characters where a server goes beyond that. */
export function tokenPattern(further = ''): RegExp {
  return new RegExp(`^[A-Za-z0-9\\-._~+/${further}]+=*$`)
}

/**
 * Checks the characters of a token that is not known yet.
 *
 * @param sent whether it came in an `Authorization` field, which is malformed then.
 * @throws Refusal
 */
export function checkCharacters(text: string, pattern: RegExp, sent: boolean): string {
  if (pattern.test(text)) return text
  throw sent
    ? malformed('what follows the scheme is not one token')
    : invalidToken('it holds a character that no token has')
}

function checkLength(token: string): void {
  if (token.length > maxTokenLength) throw invalidToken(`it is longer than ${maxTokenLength} characters`)
}

function malformed(why: string): Refusal {
  return new Refusal('invalid_request', `the Authorization field is malformed: ${why}`)
}

/** Written out: a pattern that ends in `[ \t]+$` takes time by the square of a long run of blanks. */
function trimBlanks(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text[start])) start++
  while (end > start && isBlank(text[end - 1])) end--
  return text.slice(start, end)
}

function isBlank(char: string | undefined): boolean {
  return char === ' ' || char === '\t'
}
