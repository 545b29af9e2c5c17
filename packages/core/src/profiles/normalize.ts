import { type JsonObject, own } from '../json.js'
import { type Path, readPath } from '../path.js'
import type { ReadLifetime } from './lifetime.js'
import type { AnswerRules } from './profile.js'

/** An answer in the terms of RFC 6749 §5.1. */
export interface NormalAnswer {
  readonly answer: JsonObject
  /** What was changed to make it so; when nothing was, `answer` is the document as it came. */
  readonly repairs: readonly string[]
}

/** Brings an answer into the shape of RFC 6749 §5.1, as far as the profile's rules say how. */
export function normalize(
  document: JsonObject,
  rules: AnswerRules,
  scopeSign: string,
  lifetime: ReadLifetime,
): NormalAnswer {
  const members = {
    access_token: find(document, 'access_token', rules.accessToken),
    token_type: typeOf(find(document, 'token_type', rules.tokenType), rules) ?? rules.defaultTokenType,
    expires_in: lifetime.seconds,
    refresh_token: find(document, 'refresh_token', rules.refreshToken),
    scope: joinScope(find(document, 'scope', rules.scope), scopeSign),
  }
  const repairs = [...repairsOf(document, members), ...(lifetime.repair === undefined ? [] : [lifetime.repair])]
  if (repairs.length === 0) return { answer: document, repairs }
  const { access_token, token_type, expires_in, refresh_token, scope, ...others } = document
  const present = Object.entries(members).filter(([, value]) => value !== undefined)
  return { answer: { ...others, ...Object.fromEntries(present) }, repairs }
}

/** `null` and, in what is optional, an empty string stand for a blank field. */
function find(document: JsonObject, name: string, path: Path = name): unknown {
  const value = readPath(document, path)
  return value === '' && name === 'refresh_token' ? undefined : value
}

function typeOf(value: unknown, { tokenTypes = {} }: AnswerRules): unknown {
  return typeof value === 'string' ? (own(tokenTypes, value.toLowerCase()) ?? value) : value
}

/** A list of whole scopes becomes a string; anything else is left for the validation to refuse. */
function joinScope(value: unknown, join: string): unknown {
  if (typeof value === 'string') return join === ' ' ? value : value.split(join).join(' ')
  if (!Array.isArray(value)) return value
  const whole = value.every((each) => typeof each === 'string' && each !== '' && !each.includes(' '))
  return whole ? value.join(' ') : value
}

function repairsOf(document: JsonObject, members: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(members).flatMap(([name, value]) => {
    if (name === 'expires_in') return nullRepair(document, name)
    const own = Object.hasOwn(document, name) ? document[name] : undefined
    if (own === value) return []
    return own === null && value === undefined ? nullRepair(document, name) : [`${name} was not as RFC 6749 says`]
  })
}

function nullRepair(document: JsonObject, name: string): readonly string[] {
  return Object.hasOwn(document, name) && document[name] === null ? [`${name} was null`] : []
}
