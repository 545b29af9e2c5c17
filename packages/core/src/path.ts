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
  const names = path.startsWith('/') ? path.slice(1).split('/').map(unescapePointer) : [path]
  let current: unknown = value
  for (const name of names) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, name)) return undefined
    current = Reflect.get(current, name)
  }
  return current === null ? undefined : current
}

function unescapePointer(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~')
}
