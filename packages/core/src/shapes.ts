import { isJsonObject } from './json.js'

/** What an option must be if it is given: a test, and the words for what was expected. */
export type Shape = readonly [fits: (value: unknown) => boolean, expected: string]

/** For what is looked at where it is read. */
export const anything: Shape = [() => true, '']
export const aFunction: Shape = [(value) => typeof value === 'function', 'a function']

/** A time above 0. */
export function seconds(most: number): Shape {
  return [
    (value) => typeof value === 'number' && value > 0 && value <= most,
    `a number of seconds above 0, ${most} at most`,
  ]
}

/** Something that is made by calling a function of ours, and known by its methods. */
export function madeBy(call: string, ...methods: readonly string[]): Shape {
  return [hasMethods(methods), `what ${call} returns`]
}

/** A test for what is known by its methods, whoever made it. */
export function hasMethods(names: readonly string[]): Shape[0] {
  return (value) => isJsonObject(value) && names.every((name) => typeof value[name] === 'function')
}

/**
 * Checks options for those who write JavaScript.
 *
 * @param prefix what stands before each name in a message, `'stepUp.'` for instance.
 * @throws TypeError for one that is misspelt, or of another shape.
 */
export function checkShapes(
  options: unknown,
  shapes: Readonly<Record<string, Shape>>,
  where: string,
  prefix: string = '',
): void {
  checkNames(options, Object.keys(shapes), where)
  for (const [name, shape] of Object.entries(shapes)) {
    checkShape(prefix + name, Reflect.get(Object(options), name), shape)
  }
}

/** What is `null` is given too: it is a mistake, and no reason to fall back on a default. @throws TypeError */
export function checkShape(name: string, value: unknown, [fits, expected]: Shape): void {
  if (value !== undefined && !fits(value)) throw new TypeError(`${name} is ${expected}`)
}

/** Whether a value is a string that says something. */
export function isNonEmptyString(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

/** Whether a value is a whole number above 0. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0
}

/** Whether a value is a list of at least one, each of which passes a test. */
export function isListOf<T>(passes: (each: unknown) => each is T, value: unknown): value is readonly T[]
export function isListOf(passes: (each: unknown) => boolean, value: unknown): boolean
export function isListOf(passes: (each: unknown) => boolean, value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(passes)
}

/** Refuses what is no option: a misspelt one would be a check that silently does not happen. @throws TypeError */
export function checkNames(options: unknown, names: readonly string[], where: string): void {
  if (typeof options !== 'object' || options === null) throw new TypeError(`${where} takes an object of options`)
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown !== undefined) throw new TypeError(`${where} has no option '${unknown}'; it has ${names.join(', ')}`)
}
