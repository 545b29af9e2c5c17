import { isJsonObject } from '../json.js'

/**
 * What a value must be, in the words of JSON Schema. The few that occur here are read by `check`; the schema that is
 * published is made of the same ones, so that the two cannot differ.
 */
export type Schema = Described &
  (AnySchema | EnumSchema | ListSchema | ObjectSchema | NumberSchema | TextSchema | ScalarSchema)

interface Described {
  /** The name of the type in `profile.ts`, where it has one. */
  readonly title?: string | undefined
}

interface AnySchema {
  readonly anyOf: readonly [Schema, ...Schema[]]
}

interface EnumSchema {
  readonly enum: readonly (string | number | null)[]
}

interface ListSchema {
  readonly type: 'array'
  readonly items: Schema
  readonly minItems: 1
}

interface ObjectSchema {
  readonly type: 'object'
  readonly properties?: Readonly<Record<string, Schema>> | undefined
  readonly required?: readonly string[] | undefined
  readonly propertyNames?: TextSchema | undefined
  readonly additionalProperties: Schema | false
}

interface NumberSchema {
  readonly type: 'number'
  readonly minimum: number
  readonly maximum: number
}

interface TextSchema {
  readonly type: 'string'
  readonly pattern: string
  readonly description: string
}

interface ScalarSchema {
  readonly type: readonly ScalarType[]
}

type ScalarType = 'string' | 'number' | 'boolean'

/** A value of one of these primitive types. */
export function scalar(...types: readonly ScalarType[]): Schema {
  return { type: types }
}

/** A string that looks like this; `description` is what was expected when it does not. */
export function like(pattern: RegExp, description: string): Described & TextSchema {
  return { type: 'string', pattern: pattern.source, description }
}

/** A number between these two, both included. */
export function between(minimum: number, maximum: number): Schema {
  return { type: 'number', minimum, maximum }
}

/** One of these values. */
export function oneOf(...allowed: readonly (string | number | null)[]): Schema {
  return { enum: allowed }
}

/** A list of these; never an empty one. */
export function listOf(items: Schema): Schema {
  return { type: 'array', items, minItems: 1 }
}

/** An object whose names are free, or look like this. */
export function recordOf(values: Schema, propertyNames?: TextSchema): Schema {
  return { type: 'object', ...(propertyNames && { propertyNames }), additionalProperties: values }
}

/** An object of known members, some of which must be there. */
export function objectOf(properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema {
  return { type: 'object', properties, required, additionalProperties: false }
}

/** Any of these. What is wrong, the one says whose type the value has, or else the last. */
export function anyOfThese(...anyOf: readonly [Schema, ...Schema[]]): Schema {
  return { anyOf }
}

/** Gives a schema the name of its type. */
export function named(title: string, schema: Schema): Schema {
  return { title, ...schema }
}

/** Throws a `TypeError` that names the field when a value is not what it must be. */
export function check(schema: Schema, value: unknown, field: string): void {
  if ('anyOf' in schema) checkAny(schema.anyOf, value, field)
  else if ('enum' in schema) checkEnum(schema, value, field)
  else if (schema.type === 'array') checkList(schema, value, field)
  else if (schema.type === 'object') checkObject(schema, value, field)
  else if (schema.type === 'number') checkNumber(schema, value, field)
  else if (schema.type === 'string') checkText(schema, value, field)
  else checkScalar(schema, value, field)
}

function checkAny(options: AnySchema['anyOf'], value: unknown, field: string): void {
  if (options.some((each) => accepts(each, value))) return
  const type = Array.isArray(value) ? 'array' : typeof value
  check(options.find((each) => 'type' in each && each.type === type) ?? options.at(-1) ?? options[0], value, field)
}

function accepts(schema: Schema, value: unknown): boolean {
  try {
    check(schema, value, '')
    return true
  } catch {
    return false
  }
}

function checkEnum({ enum: allowed }: EnumSchema, value: unknown, field: string): void {
  if (!allowed.some((each) => each === value)) throw wrong(field, `one of ${allowed.map(quote).join(', ')}`, value)
}

function checkList({ items }: ListSchema, value: unknown, field: string): void {
  if (!Array.isArray(value) || value.length === 0) throw wrong(field, 'a list that is not empty', value)
  value.forEach((each, index) => {
    check(items, each, `${field}[${index}]`)
  })
}

function checkObject({ properties = {}, required = [], ...others }: ObjectSchema, value: unknown, field: string): void {
  const present = membersOf(value, field)
  for (const [name, each] of present) {
    const schema = Object.hasOwn(properties, name) ? properties[name] : others.additionalProperties
    if (schema === undefined || schema === false) {
      throw new TypeError(`${field}.${name} is not known; expected one of ${Object.keys(properties).join(', ')}`)
    }
    if (others.propertyNames !== undefined) checkText(others.propertyNames, name, `a name in ${field}`)
    check(schema, each, `${field}.${name}`)
  }
  const missing = required.find((name) => !present.some(([each]) => each === name))
  if (missing !== undefined) throw new TypeError(`${field}.${missing} is missing`)
}

function checkNumber({ minimum, maximum }: NumberSchema, value: unknown, field: string): void {
  if (typeof value === 'number' && value >= minimum && value <= maximum) return
  throw wrong(field, `a number from ${minimum} to ${maximum}`, value)
}

function checkText({ pattern, description }: TextSchema, value: unknown, field: string): void {
  if (typeof value === 'string' && new RegExp(pattern, 'u').test(value)) return
  throw wrong(field, description, value)
}

function checkScalar({ type: types }: ScalarSchema, value: unknown, field: string): void {
  if (!types.some((type) => typeof value === type)) throw wrong(field, `a ${types.join(' or a ')}`, value)
  if (typeof value === 'number' && !Number.isFinite(value)) throw wrong(field, 'a finite number', value)
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
