import { isJsonObject } from '../json.js'

/** Looks at one value of a profile and throws a `TypeError` that names the field when it is not what it must be. */
export type Check = (value: unknown, field: string) => void

/** A value of one of these primitive types. */
export function scalar(...types: ('string' | 'number' | 'boolean')[]): Check {
  return (value, field) => {
    if (!types.some((type) => typeof value === type)) throw wrong(field, `a ${types.join(' or a ')}`, value)
    if (typeof value === 'number' && !Number.isFinite(value)) throw wrong(field, 'a finite number', value)
  }
}

/** A number between these two, both included. */
export function between(least: number, most: number): Check {
  return (value, field) => {
    if (typeof value === 'number' && value >= least && value <= most) return
    throw wrong(field, `a number from ${least} to ${most}`, value)
  }
}

/** One of these values. */
export function oneOf(...allowed: readonly (string | number | null)[]): Check {
  return (value, field) => {
    if (!allowed.some((each) => each === value)) throw wrong(field, `one of ${allowed.map(quote).join(', ')}`, value)
  }
}

/** A list, each element of it checked; never an empty one. */
export function listOf(check: Check): Check {
  return (value, field) => {
    if (!Array.isArray(value) || value.length === 0) throw wrong(field, 'a list that is not empty', value)
    value.forEach((each, index) => {
      check(each, `${field}[${index}]`)
    })
  }
}

/** An object whose names are free and whose values are checked. */
export function recordOf(check: Check): Check {
  return (value, field) => {
    for (const [name, each] of membersOf(value, field)) check(each, `${field}.${name}`)
  }
}

/** An object of known members, some of which must be there. */
export function objectOf(members: Readonly<Record<string, Check>>, required: readonly string[] = []): Check {
  return (value, field) => {
    const present = membersOf(value, field)
    for (const [name, each] of present) {
      const check = Object.hasOwn(members, name) ? members[name] : undefined
      if (check === undefined) {
        throw new TypeError(`${field}.${name} is not known; expected one of ${Object.keys(members).join(', ')}`)
      }
      check(each, `${field}.${name}`)
    }
    const missing = required.find((name) => !present.some(([each]) => each === name))
    if (missing !== undefined) throw new TypeError(`${field}.${missing} is missing`)
  }
}

/** The first of these that accepts the value decides; the last one says what is wrong. */
export function anyOfThese(first: Check, ...rest: readonly Check[]): Check {
  return (value, field) => {
    const [next, ...others] = rest
    if (next === undefined) {
      first(value, field)
      return
    }
    try {
      first(value, field)
    } catch {
      anyOfThese(next, ...others)(value, field)
    }
  }
}

/** What is wrong with a field, without repeating more than a word of it. */
export function wrong(field: string, expected: string, value: unknown): TypeError {
  return new TypeError(`${field} is ${describe(value)}; expected ${expected}`)
}

function membersOf(value: unknown, field: string): readonly (readonly [string, unknown])[] {
  if (!isJsonObject(value)) throw wrong(field, 'an object', value)
  return Object.entries(value).filter(([, each]) => each !== undefined)
}

function describe(value: unknown): string {
  if (typeof value === 'string') return value.length <= 40 ? quote(value) : 'a long string'
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  return value === undefined ? 'missing' : typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function quote(value: string | number | null): string {
  return typeof value === 'string' ? `'${value}'` : String(value)
}
