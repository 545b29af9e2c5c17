import { readFileSync } from 'node:fs'
import type { Schema } from '../../src/profiles/check.js'
import { discoveredNames } from '../../src/profiles/exchanges.js'
import { profileShape } from '../../src/profiles/schema.js'

type Json = Readonly<Record<string, unknown>>

/** A type, with what editors show of it. */
interface TypeSchema extends Json {
  readonly description?: string
  readonly properties?: Readonly<Record<string, TypeSchema>>
}

/** What the checks of `validate.ts` see between members, by the name of the type; names in templates it cannot. */
const between: Readonly<Record<string, readonly Json[]>> = {
  Profile: [
    {
      anyOf: Object.keys(propertiesOf(propertiesOf(profileShape).grants)).map((grant) => ({
        properties: { defaultGrant: { const: grant }, grants: { required: [grant] } },
      })),
    },
    { properties: { variables: { propertyNames: { not: { enum: discoveredNames } } } } },
    presentedAs('scheme'),
    presentedAs('header'),
  ],
  IntrospectionRules: [
    implies(not(having('by', { const: 'id' })), {
      properties: { echo: not({ required: ['id'] }) },
      anyOf: [not(having('body', { const: 'query' })), having('rename', having('token', { const: null }))],
    }),
  ],
}

/** A GET has no body, and without `body` there is one. */
const bodiless = implies(having('method', { const: 'GET' }), having('body', { enum: ['query', 'none'] }))

/** The JSON Schema of profiles: what `checkProfile` reads, with the documentation of the types. */
export function profileJsonSchema(): TypeSchema & { readonly definitions: Readonly<Record<string, TypeSchema>> } {
  const docs = docsOf('profiles/define.ts', 'profiles/profile.ts', 'path.ts')
  const definitions: Record<string, Json> = {}
  const $schema = 'http://json-schema.org/draft-07/schema#'
  return { $schema, title: 'Profile', ...described('Profile'), ...written(profileShape, 'Profile'), definitions }

  function written({ title, ...schema }: Schema, at: string): Json {
    if ('anyOf' in schema) return { anyOf: schema.anyOf.map((each) => referred(each, at)) }
    if ('enum' in schema) return schema
    if (schema.type === 'array') return { ...schema, items: referred(schema.items, at) }
    if (schema.type !== 'object') return schema
    const { properties, additionalProperties: others, ...rest } = schema
    const rules = [...(between[at] ?? []), ...(properties && 'method' in properties ? [bodiless] : [])]
    return {
      ...rest,
      ...(properties && { properties: Object.fromEntries(Object.entries(properties).map(memberOf(at))) }),
      additionalProperties: others === false ? false : referred(others, at),
      ...(rules.length > 0 && { allOf: rules }),
    }
  }

  function memberOf(at: string): (member: readonly [string, Schema]) => readonly [string, Json] {
    return ([name, schema]) => {
      const place = [at, 'Exchange', 'ProfileData'].map((type) => `${type}.${name}`).find((each) => docs.has(each))
      return [name, { ...referred(schema, `${at}.${name}`), ...described(place) }]
    }
  }

  /** A schema that has a name stands among the definitions, once. */
  function referred(schema: Schema, at: string): Json {
    const { title, ...unnamed } = schema
    if (title === undefined) return written(schema, at)
    definitions[title] ??= { ...written(unnamed, title), ...described(title) }
    return { $ref: `#/definitions/${title}` }
  }

  function described(place = ''): Json {
    const description = docs.get(place)
    return description === undefined ? {} : { description }
  }
}

function presentedAs(as: string): Json {
  return implies(having('present', having('as', { const: as })), having('present', { required: [as] }))
}

function having(name: string, value: Json): Json {
  return { required: [name], properties: { [name]: value } }
}

function not(one: Json): Json {
  return { not: one }
}

function implies(one: Json, other: Json): Json {
  return { anyOf: [not(one), other] }
}

function propertiesOf(schema: Schema | undefined): Readonly<Record<string, Schema>> {
  return schema !== undefined && 'properties' in schema ? (schema.properties ?? {}) : {}
}

/** The comments on types and their members, by their path: `Profile.scope.join`. Indentation tells what is inside what. */
function docsOf(...files: readonly string[]): ReadonlyMap<string, string> {
  const docs = new Map<string, string>()
  for (const file of files) {
    const text = readFileSync(new URL(`../../src/${file}`, import.meta.url), 'utf8')
    const open: { readonly name: string; readonly indent: number }[] = []
    let comment: string | undefined
    for (const line of text.replace(/\n *\* ?/g, ' ').split('\n')) {
      const found = line.match(/^( *)(?:export (?:interface|type)|readonly) ([\w$]+)/)
      if (found !== null) {
        const indent = found[1]?.length ?? 0
        while ((open.at(-1)?.indent ?? -1) >= indent) open.pop()
        open.push({ name: found[2] ?? '', indent })
        if (comment !== undefined) docs.set(open.map(({ name }) => name).join('.'), comment)
      }
      comment = readComment(line)
    }
  }
  return docs
}

/** One line by now, whatever it was. */
function readComment(line: string): string | undefined {
  const text = line.match(/^ *\/\*\* *(.*?) *\*?\/$/)?.[1]
  return text
    ?.replace(/\s*@default /, ' Default: ')
    .replace(/\s+/g, ' ')
    .trim()
}
