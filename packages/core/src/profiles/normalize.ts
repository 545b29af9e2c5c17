import { type JsonObject, own } from '../json.js'
import type { TokenMembers } from '../oauth/token-answer.js'
import { type Path, readPath } from '../path.js'
import { isNonEmptyString } from '../shapes.js'
import type { ReadLifetime } from './lifetime.js'
import type { AnswerRules } from './profile.js'

/** An answer in the terms of RFC 6749 §5.1. */
export interface NormalAnswer {
  readonly members: TokenMembers
  /** What was changed to make it so, by the member's name. */
  readonly repairs: readonly string[]
}

/** Brings an answer into the shape of RFC 6749 §5.1, as far as the profile's rules say how. */
export function normalize(
  document: JsonObject,
  rules: AnswerRules,
  scopeSign: string,
  { repair }: ReadLifetime,
): NormalAnswer {
  const repairs: string[] = []
  const read = (name: string, path: Path = name, mend: (found: unknown) => unknown = (found) => found): unknown => {
    const there = own(document, name)
    const value = readPath(document, path)
    // In what is optional, an empty string stands for a blank field.
    const found = value === '' && name === 'refresh_token' ? undefined : value
    const made = mend(found)
    const wrong = found === undefined ? absence(there, made) : departures(name, there, found, made)
    repairs.push(...wrong.map((each) => `${name} ${each}`))
    return made
  }
  const members = {
    access_token: read('access_token', rules.accessToken),
    token_type: read('token_type', rules.tokenType, (type) => usualType(type, rules) ?? rules.defaultTokenType),
    refresh_token: read('refresh_token', rules.refreshToken),
    scope: read('scope', rules.scope, (scope) => joined(scope, scopeSign)),
  }
  if (own(document, 'expires_in') === null) repairs.push('expires_in was null')
  return { members, repairs: [...repairs, ...(repair === undefined ? [] : [repair])] }
}

function usualType(value: unknown, { tokenTypes = {} }: AnswerRules): unknown {
  return typeof value === 'string' ? (own(tokenTypes, value.toLowerCase()) ?? value) : value
}

/** A list of whole scopes becomes a string; anything else is left for the validation to refuse. */
function joined(value: unknown, sign: string): unknown {
  if (typeof value === 'string') return value.split(sign).join(' ')
  const isWhole = (each: unknown): boolean => isNonEmptyString(each) && !each.includes(' ')
  return Array.isArray(value) && value.every(isWhole) ? value.join(' ') : value
}

/** Why nothing was found, if that is not simply as it may be. */
function absence(there: unknown, made: unknown): readonly string[] {
  if (there === null) return ['was null']
  if (there === '') return ['was empty']
  if (there !== undefined) return ['was passed over']
  return made === undefined ? [] : ['was missing']
}

function departures(name: string, there: unknown, found: unknown, made: unknown): readonly string[] {
  const place = found === there ? [] : ['stood elsewhere']
  if (found === made) return place
  if (Array.isArray(found)) return [...place, 'was a list']
  return [...place, name === 'scope' ? 'was joined by another sign than a space' : "was a word of the server's own"]
}
