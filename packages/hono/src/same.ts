/** Whether two values are equal as plain data: objects and arrays by their members, everything else by identity. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (!isPlain(a) || !isPlain(b) || Array.isArray(a) !== Array.isArray(b)) return false
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && same(Reflect.get(a, name), Reflect.get(b, name)))
  )
}

/** The plain data of a value as it is now: whoever changes the original later does not change this. */
export function snapshot<T>(value: T): T
export function snapshot(value: unknown): unknown {
  if (!isPlain(value)) return value
  if (Array.isArray(value)) return value.map((each: unknown) => snapshot(each))
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, snapshot(each)]))
}

/**
 * A class may keep what distinguishes its instances where nobody sees it, as `URL` does; what a getter computes may be
 * new each time, as the `~standard` of some schemas is.
 */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null) return false
  return Object.values(Object.getOwnPropertyDescriptors(value)).every((property) => property.get === undefined)
}
