/** Reads what others made, of which nothing is known but a name. */
export function member(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce(
    (found: unknown, name) => (typeof found === 'object' && found !== null ? Reflect.get(found, name) : undefined),
    value,
  )
}
