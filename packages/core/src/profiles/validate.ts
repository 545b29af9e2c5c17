import { check, wrong } from './check.js'
import { discoveredNames, exchangesOf, introspectionField } from './exchanges.js'
import { credentialNames } from './header.js'
import type { Exchange, Profile, Template } from './profile.js'
import { profileShape } from './schema.js'
import { namesIn, rawNamesIn } from './template.js'

/**
 * Checks that a value is a profile.
 *
 * @returns a copy, as JSON would carry it.
 * @throws TypeError naming the field.
 */
export function checkProfile(value: unknown): Profile {
  assertProfile(value)
  const { $schema, ...copy }: Profile & { $schema?: string } = JSON.parse(JSON.stringify(value))
  if (copy.grants[copy.defaultGrant] === undefined) {
    throw new TypeError(`profile.defaultGrant is '${copy.defaultGrant}', which is not among profile.grants`)
  }
  checkExchanges(copy)
  checkPresentation(copy)
  checkTemplates(copy)
  return copy
}

function assertProfile(value: unknown): asserts value is Profile {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrong('profile', 'what portx(), portsip({ host }), … or defineProfile(data)() returns', value)
  }
  check(profileShape, value, 'profile')
}

function checkExchanges(profile: Profile): void {
  for (const [field, { method = 'POST', body = 'form' }] of exchangesOf(profile)) {
    if (method === 'GET' && (body === 'form' || body === 'json')) {
      throw new TypeError(`${field}.body is '${body}'; a GET has no body: expected 'query' or 'none'`)
    }
  }
  checkIntrospection(profile)
}

/** URLs are logged everywhere; a token in one is as good as published (RFC 6750 §2.3). */
function checkIntrospection({ verify }: Profile): void {
  const { by = 'token', body = 'form', rename, echo } = verify?.introspection ?? {}
  if (by === 'token' && body === 'query' && rename?.token !== null) {
    throw new TypeError(`${introspectionField}.body is 'query', which would put the token into a URL`)
  }
  if (by === 'token' && echo?.id !== undefined) {
    throw new TypeError(`${introspectionField}.echo.id is given, though tokens are not looked up by id`)
  }
}

function checkPresentation({ present }: Profile): void {
  if (present?.as === 'scheme' && present.scheme === undefined) throw new TypeError('profile.present.scheme is missing')
  if (present?.as === 'header' && present.header === undefined) throw new TypeError('profile.present.header is missing')
}

function checkTemplates(profile: Profile): void {
  const declared = Object.keys(profile.variables ?? {})
  const taken = declared.find((name) => discoveredNames.some((each) => each === name))
  if (taken !== undefined) {
    throw new TypeError(`profile.variables.${taken} has the name of what is discovered; expected another one`)
  }
  Object.entries(profile.variables ?? {}).forEach(([name, value], index) => {
    if (value !== null) checkTemplate(value, `profile.variables.${name}`, declared.slice(0, index))
  })
  if (profile.discover !== undefined) checkTemplate(profile.discover, 'profile.discover', declared)
  const found = profile.discover === undefined ? declared : [...declared, ...discoveredNames]
  for (const [field, exchange] of exchangesOf(profile)) {
    // A verifier finds that endpoint itself.
    const known = field === introspectionField ? declared : found
    const names = [...known, ...namesBeside(field, profile)]
    for (const [at, template] of templatesOf(exchange)) {
      const credentials = at.startsWith('headers.') ? credentialNames : []
      checkTemplate(template, `${field}.${at}`, [...names, ...credentials])
      if (!at.startsWith('extra.')) checkRaw(template, `${field}.${at}`, [...known, ...credentials])
    }
  }
  if (profile.api !== undefined) checkTemplate(profile.api, 'profile.api', declared)
  const { issuers = [], audience = [], jwks } = profile.verify ?? {}
  for (const each of issuers) {
    const { issuer, jwks } = typeof each === 'string' ? { issuer: each } : each
    checkTemplate(issuer, 'profile.verify.issuers', declared, true)
    if (jwks !== undefined) checkTemplate(jwks, 'profile.verify.issuers.jwks', declared)
  }
  for (const template of audience) checkTemplate(template, 'profile.verify.audience', declared)
  if (jwks !== undefined) checkTemplate(jwks, 'profile.verify.jwks', declared)
}

/** What a template may name besides variables: what was kept beside the token, and the id it is looked up by. */
function namesBeside(field: string, { answer, verify }: Profile): readonly string[] {
  if (field === 'profile.revoke') return Object.keys(answer?.metadata ?? {})
  return field === introspectionField && verify?.introspection?.by === 'id' ? ['token_id'] : []
}

function templatesOf(exchange: Exchange): readonly (readonly [string, Template])[] {
  const texts = { ...exchange.extra }
  return [
    ['url', exchange.url],
    ...Object.entries(exchange.headers ?? {}).map(([name, value]) => [`headers.${name}`, value] as const),
    ...Object.entries(texts).flatMap(([name, value]) =>
      typeof value === 'string' ? [[`extra.${name}`, value] as const] : [],
    ),
  ]
}

function checkTemplate(template: Template, field: string, names: readonly string[], claims = false): void {
  const unknown = namesIn(template).find((name) => !names.includes(name) && !(claims && name.startsWith('claims.')))
  if (unknown !== undefined) {
    throw new TypeError(`${field} names {${unknown}}, which profile.variables does not declare before it`)
  }
}

/** What a server answered must not choose where a token is sent next, nor write a header. */
function checkRaw(template: Template, field: string, declared: readonly string[]): void {
  const name = rawNamesIn(template).find((each) => !declared.includes(each))
  if (name !== undefined) throw new TypeError(`${field} names {+${name}}, which a server answered; expected {${name}}`)
}
