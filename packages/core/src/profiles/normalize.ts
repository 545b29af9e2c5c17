import { type JsonObject, own } from '../json.js'
import { type Path, readPath } from '../path.js'
import type { ReadLifetime } from './lifetime.js'
import type { AnswerRules } from './profile.js'

/** An answer in the terms of RFC 6749 §5.1. */
export interface NormalAnswer {
  readonly answer: JsonObject
  /** What was changed to make it so, by the member's name; when nothing was, `answer` is the document as it came. */
  readonly repairs: readonly string[]
}

/** Brings an answer into the shape of RFC 6749 §5.1, as far as the profile's rules say how. */
export function normalize(
  document: JsonObject,
  rules: AnswerRules,
  scopeSign: string,
  lifetime: ReadLifetime,
): NormalAnswer {
  const found = {
    access_token: find(document, 'access_token', rules.accessToken),
    token_type: find(document, 'token_type', rules.tokenType),
    refresh_token: find(document, 'refresh_token', rules.refreshToken),
    scope: find(document, 'scope', rules.scope),
  }
  const members = {
    ...found,
    token_type: typeOf(found.token_type, rules) ?? rules.defaultTokenType,
    expires_in: lifetime.seconds,
    scope: joinScope(found.scope, scopeSign),
  }
  const repairs = [...repairsOf(document, found, members), ...lifetimeRepairs(document, lifetime)]
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

type Members = Readonly<Record<string, unknown>>

function repairsOf(document: JsonObject, found: Members, made: Members): readonly string[] {
  return Object.entries(found).flatMap(([name, value]) => {
    const wrong =
      value === undefined ? absence(own(document, name), made[name]) : departures(value, name, document, made)
    return wrong.map((each) => `${name} ${each}`)
  })
}

/** Why nothing was found, if that is not simply as it may be. */
function absence(there: unknown, made: unknown): readonly string[] {
  if (there === null) return ['was null']
  if (there === '') return ['was empty']
  if (there !== undefined) return ['was passed over']
  return made === undefined ? [] : ['was missing']
}

function departures(value: unknown, name: string, document: JsonObject, made: Members): readonly string[] {
  const place = value === own(document, name) ? [] : ['stood elsewhere']
  if (value === made[name]) return place
  if (Array.isArray(value)) return [...place, 'was a list']
  return [...place, name === 'scope' ? 'was joined by another sign than a space' : "was a word of the server's own"]
}

function lifetimeRepairs(document: JsonObject, { repair }: ReadLifetime): readonly string[] {
  const blank = own(document, 'expires_in') === null ? ['expires_in was null'] : []
  return repair === undefined ? blank : [...blank, repair]
}
