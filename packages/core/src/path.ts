import { type JsonObject, own } from './json.js'

/**
 * Where a value stands in a JSON object: a member's name, a JSON Pointer (RFC 6901) when it begins with `/`, or a list
 * of those, of which the first that is present wins.
 *
 * A bare name is one member, however many dots or colons it holds: `https://example.com/roles` is a claim.
 */
export type Path = string | readonly string[]

/**
 * Reads a path from parsed JSON. `null` counts as absent, and only own members are seen: a text from outside can
 * neither reach a prototype nor be read from one.
 */
export function readPath(value: unknown, path: Path): unknown {
  if (typeof path === 'string') return readOne(value, path)
  for (const each of path) {
    const found = readOne(value, each)
    if (found !== undefined) return found
  }
  return undefined
}

function readOne(value: unknown, path: string): unknown {
  if (!path.startsWith('/')) return readMember(value, path) ?? undefined
  let current: unknown = value
  for (const name of path.slice(1).split('/')) current = readMember(current, unescapePointer(name))
  return current ?? undefined
}

function readMember(value: unknown, name: string): unknown {
  return hasMembers(value) ? own(value, name) : undefined
}

/** An array has members, too: its elements. */
function hasMembers(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null
}

function unescapePointer(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~')
}
