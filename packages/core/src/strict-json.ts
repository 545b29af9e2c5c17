import { type JsonObject, parseJsonObject } from './json.js'

/** Deeper than any honest token; what walks over claims later may do so recursively. */
const maxDepth = 32

/**
 * Parses bytes that must be one JSON object in which no object, at any depth, has two members of one name: of two
 * parsers in a row each could believe another one of them (RFC 7515 §4, RFC 8725 §2.4).
 *
 * @returns `undefined` when they are anything else, or nested deeper than 32 levels.
 */
export function parseStrictJsonObject(bytes: Uint8Array): JsonObject | undefined {
  const value = parseJsonObject(bytes)
  return value !== undefined && isUnambiguous(new TextDecoder().decode(bytes)) ? value : undefined
}

/**
 * Every string and every bracket of a JSON text that is known to be valid. Nothing else matters for member names, and
 * a string followed by a colon is one.
 */
const tokens = /"((?:[^"\\]|\\.)*)"([ \t\n\r]*:)?|[{}[\]]/g

function isUnambiguous(text: string): boolean {
  const open: Set<string>[] = []
  for (const [token, quoted, colon] of text.matchAll(tokens)) {
    if (token === '{' || token === '[') {
      if (open.push(new Set()) > maxDepth) return false
    } else if (token === '}' || token === ']') open.pop()
    else if (colon !== undefined && quoted !== undefined && !addName(open.at(-1), quoted)) return false
  }
  return true
}

/** Escapes are undone first: `"\u0061"` and `"a"` are one name. */
function addName(names: Set<string> | undefined, quoted: string): boolean {
  const name: unknown = quoted.includes('\\') ? JSON.parse(`"${quoted}"`) : quoted
  if (names === undefined || typeof name !== 'string' || names.has(name)) return false
  names.add(name)
  return true
}
