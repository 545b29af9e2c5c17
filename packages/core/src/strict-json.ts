import { decodeUtf8, isJsonObject, type JsonObject, maxDepth, parseJson } from './json.js'

/**
 * Parses bytes that must be one JSON object in which no object, at any depth, has two members of one name: of two
 * parsers in a row each could believe another one of them (RFC 7515 §4, RFC 8725 §2.4). What is parsed is frozen at any
 * depth: remembered tokens are handed to many requests.
 *
 * @returns `undefined` when they are anything else, or nested deeper than 32 levels.
 */
export function parseStrictJsonObject(bytes: Uint8Array): JsonObject | undefined {
  const text = decodeUtf8(bytes)
  return text === undefined ? undefined : parseStrictJsonText(text)
}

/** The same for a text. */
export function parseStrictJsonText(text: string): JsonObject | undefined {
  try {
    const value = parseJson(text)
    return isJsonObject(value) && isUnambiguous(text, value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Of two members with one name, however it is spelt, parsing leaves one: a string fewer than were written. */
function isUnambiguous(text: string, value: JsonObject): boolean {
  return countQuotes(text) === 2 * countFrozen(value, 1)
}

/** The quotes around the strings of a JSON text that is known to be valid: those within one follow a backslash. */
function countQuotes(text: string): number {
  let quotes = 0
  // To let the platform look for them is faster, and few tokens hold a backslash.
  if (!text.includes('\\')) {
    for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) quotes++
    return quotes
  }
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') quotes++
    else if (text[at] === '\\') at++
  }
  return quotes
}

/** Freezes what was parsed, and counts its strings, the names of members among them; no number when it is too deep. */
function countFrozen(value: object, depth: number): number {
  if (depth > maxDepth) return Number.NaN
  const members: readonly unknown[] = Object.values(value)
  let strings = Array.isArray(value) ? 0 : members.length
  for (const member of members) {
    if (typeof member === 'string') strings++
    else if (typeof member === 'object' && member !== null) strings += countFrozen(member, depth + 1)
  }
  // Last: what is frozen is slower to list.
  Object.freeze(value)
  return strings
}
