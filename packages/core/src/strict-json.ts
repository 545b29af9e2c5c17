import { decodeUtf8, isJsonObject, type JsonObject } from './json.js'

/** Deeper than any honest token; what walks over claims later may do so recursively. */
const maxDepth = 32

const quote = 0x22
const colon = 0x3a
const openBracket = 0x5b
const backslash = 0x5c
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d

/**
 * Parses bytes that must be one JSON object in which no object, at any depth, has two members of one name: of two
 * parsers in a row each could believe another one of them (RFC 7515 §4, RFC 8725 §2.4). What is parsed is frozen at any
 * depth: remembered tokens are handed to many requests.
 *
 * @returns `undefined` when they are anything else, or nested deeper than 32 levels.
 */
export function parseStrictJsonObject(bytes: Uint8Array): JsonObject | undefined {
  try {
    const text = decodeUtf8(bytes)
    const value: unknown = text === undefined ? undefined : JSON.parse(text)
    return text !== undefined && isJsonObject(value) && isUnambiguous(text, value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Of two members with one name, however it is spelt, parsing leaves one. */
function isUnambiguous(text: string, value: JsonObject): boolean {
  const written = countWritten(text)
  return written !== undefined && written === countFrozen(value)
}

/**
 * The members of a JSON text that is known to be valid: outside of strings, a colon stands behind each name and nowhere
 * else, and a backslash nowhere.
 *
 * @returns `undefined` when it is nested too deep.
 */
function countWritten(text: string): number | undefined {
  let members = 0
  let depth = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === backslash) at++
    else if (code === quote) quoted = !quoted
    else if (quoted) continue
    else if (code === colon) members++
    else if (code === openBrace || code === openBracket) {
      if (++depth > maxDepth) return undefined
    } else if (code === closeBrace || code === closeBracket) depth--
  }
  return members
}

/** Freezes what was parsed, and counts its members. */
function countFrozen(value: object): number {
  Object.freeze(value)
  const members: readonly unknown[] = Object.values(value)
  let count = Array.isArray(value) ? 0 : members.length
  for (const member of members) if (typeof member === 'object' && member !== null) count += countFrozen(member)
  return count
}
