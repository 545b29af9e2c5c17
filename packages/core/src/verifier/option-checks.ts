/** Whether a value is a string that says something. */
export function isNonEmptyString(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

/**
 * Reads an option that is one text or several.
 *
 * @throws TypeError when there is none, or one that is empty: that must never switch a check off.
 */
export function nonEmptyList(
  value: string | readonly string[] | undefined,
  name: string,
  example: string,
): readonly string[] {
  const list = typeof value === 'string' ? [value] : value
  if (Array.isArray(list) && list.length > 0 && list.every(isNonEmptyString)) return [...list]
  throw new TypeError(`${name} is a non-empty string or a non-empty list of them, ${example} for instance`)
}

/** Refuses what is no option: a misspelt one would be a check that silently does not happen. @throws TypeError */
export function checkNames(options: unknown, names: readonly string[], where: string): void {
  if (typeof options !== 'object' || options === null) throw new TypeError(`${where} takes an object of options`)
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown !== undefined) throw new TypeError(`${where} has no option '${unknown}'; it has ${names.join(', ')}`)
}
