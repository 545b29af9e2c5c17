import { type JsonObject, own } from '../json.js'
import { checkStatus, readJsonAnswer } from '../oauth/introspection.js'
import { readPath } from '../path.js'
import { encodeExchange, exchangeUrl, type Parameter } from '../profiles/encode.js'
import { readLifetime } from '../profiles/lifetime.js'
import { matches } from '../profiles/match.js'
import type { IntrospectionRules, Match } from '../profiles/profile.js'
import type { TemplateValues } from '../profiles/template.js'
import type { Dialect, Question } from './introspection-dialect.js'

const standardTest: readonly Match[] = [{ path: 'active', equals: true }]

/**
 * The dialect a profile describes, for servers that do not speak RFC 7662.
 *
 * @param variables of the profile's templates.
 * @param now milliseconds since the epoch.
 */
export function profileDialect(rules: IntrospectionRules, variables: TemplateValues, now: () => number): Dialect {
  const valuesFor = ({ tokenId }: Question): TemplateValues => ({ ...variables, token_id: tokenId })
  return {
    asBearer: rules.bearer === true,
    endpoint: async (question) => exchangeUrl(rules, valuesFor(question)),
    write: (question, _, { headers, parameters }) => {
      const bearer = rules.bearer === true ? { authorization: `Bearer ${question.token}` } : {}
      const asked: readonly Parameter[] = rules.by === 'id' ? [] : [['token', question.token]]
      return encodeExchange(rules, {
        values: valuesFor(question),
        parameters: [...asked, ...Object.entries(parameters)],
        headers: { ...headers, ...bearer },
      })
    },
    read: async (answer, question) => {
      if (rules.inactive?.includes(answer.status) === true) return undefined
      checkStatus(answer, rules.success)
      const document = readJsonAnswer(answer.body)
      if (document === undefined || !(rules.active ?? standardTest).every((test) => matches(document, test))) {
        return undefined
      }
      return isAbout(document, rules, question)
        ? standardised(without(question.token, document), rules, now() / 1000)
        : undefined
    },
  }
}

function isAbout(document: JsonObject, { echo }: IntrospectionRules, { token, tokenId }: Question): boolean {
  if (echo?.token !== undefined && readPath(document, echo.token) !== token) return false
  return echo?.id === undefined || readPath(document, echo.id) === tokenId
}

/** A token is no claim, and claims are printed. */
function without(token: string, document: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(document, (_, value: unknown) => (value === token ? undefined : value)))
}

/** The document with the members of RFC 7662 put where they belong. */
function standardised(document: JsonObject, rules: IntrospectionRules, now: number): JsonObject {
  const named = Object.entries(rules.members ?? {}).map(([name, path]) => [name, readPath(document, path)] as const)
  const members = { ...document, ...Object.fromEntries(named), ...expiryOf(document, rules, now) }
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}

/** What is there and cannot be read stays, for the check of `exp` to refuse. */
function expiryOf(document: JsonObject, { expires }: IntrospectionRules, now: number): { readonly exp?: unknown } {
  if (expires === undefined) return {}
  const lifetime = readLifetime(document, { lifetime: expires }, now)
  if (lifetime === 'malformed') return { exp: null }
  if (lifetime.seconds === undefined) return { exp: own(document, 'exp') }
  // What has ended may have ended long ago: no difference of clocks makes it good again.
  return { exp: lifetime.seconds === 0 ? 0 : now + lifetime.seconds }
}
