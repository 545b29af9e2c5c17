import { decodeUtf8, type JsonObject, parseJsonText } from './json.js'

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
 * parsers in a row each could believe another one of them (RFC 7515 §4, RFC 8725 §2.4).
 *
 * @returns `undefined` when they are anything else, or nested deeper than 32 levels.
 */
export function parseStrictJsonObject(bytes: Uint8Array): JsonObject | undefined {
  const text = decodeUtf8(bytes)
  const value = text === undefined ? undefined : parseJsonText(text)
  return text !== undefined && value !== undefined && isUnambiguous(text, value) ? value : undefined
}

/** Of two members with one name, however it is spelt, parsing leaves one. */
function isUnambiguous(text: string, value: JsonObject): boolean {
  const written = countWritten(text)
  return written !== undefined && written === countParsed(value)
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

function countParsed(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const members = Object.values(value)
  let count = Array.isArray(value) ? 0 : members.length
  for (const member of members) count += countParsed(member)
  return count
}
