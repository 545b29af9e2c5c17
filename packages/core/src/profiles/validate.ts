import { wrong } from './check.js'
import { isHeaderName, isHeaderText } from './header.js'
import type { Exchange, Profile, Template } from './profile.js'
import { profileShape } from './schema.js'
import { hasStrayBrace, namesIn, rawNamesIn } from './template.js'

/**
 * Checks that a value is a profile.
 *
 * @returns a frozen copy, as JSON would carry it.
 * @throws TypeError naming the field.
 */
export function checkProfile(value: unknown): Profile {
  assertProfile(value)
  const copy: Profile = JSON.parse(JSON.stringify(value))
  if (copy.grants[copy.defaultGrant] === undefined) {
    throw new TypeError(`profile.defaultGrant is '${copy.defaultGrant}', which is not among profile.grants`)
  }
  checkExchanges(copy)
  checkPresentation(copy)
  checkTemplates(copy)
  return deepFreeze(copy)
}

function assertProfile(value: unknown): asserts value is Profile {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrong('profile', 'what portx(), portsip({ host }), … or defineProfile(data)() returns', value)
  }
  profileShape(value, 'profile')
}

/** Every exchange of a profile, by the name of its field. */
export function exchangesOf(profile: Profile): readonly (readonly [field: string, exchange: Exchange])[] {
  const { refresh, revoke } = profile
  return [
    ...Object.entries(profile.grants).map(([name, exchange]) => [`profile.grants.${name}`, exchange] as const),
    ...(refresh === undefined || refresh === 'again' ? [] : [['profile.refresh', refresh] as const]),
    ...(revoke === undefined || revoke === 'none' ? [] : [['profile.revoke', revoke] as const]),
  ]
}

function checkExchanges(profile: Profile): void {
  for (const [field, { method = 'POST', body = 'form', headers = {} }] of exchangesOf(profile)) {
    if (method === 'GET' && (body === 'form' || body === 'json')) {
      throw new TypeError(`${field}.body is '${body}'; a GET has no body: expected 'query' or 'none'`)
    }
    for (const [name, value] of Object.entries(headers)) checkHeader(name, value, `${field}.headers`)
  }
}

function checkHeader(name: string, value: string, field: string): void {
  if (!isHeaderName(name)) throw wrong(`a name in ${field}`, "a header's name, like 'x-tenant'", name)
  if (!isHeaderText(value)) throw wrong(`${field}.${name}`, 'visible ASCII', value)
}

function checkPresentation({ present }: Profile): void {
  if (present?.as === 'scheme' && present.scheme === undefined) throw new TypeError('profile.present.scheme is missing')
  if (present?.as === 'header' && present.header === undefined) throw new TypeError('profile.present.header is missing')
  const { scheme = 'Bearer', header = 'authorization' } = present ?? {}
  if (!isHeaderName(scheme)) throw wrong('profile.present.scheme', "an authentication scheme, like 'Token'", scheme)
  if (!isHeaderName(header)) throw wrong('profile.present.header', "a header's name, like 'x-access-token'", header)
}

function checkTemplates(profile: Profile): void {
  const declared = Object.keys(profile.variables ?? {})
  const kept = Object.keys(profile.answer?.metadata ?? {})
  Object.entries(profile.variables ?? {}).forEach(([name, value], index) => {
    if (value !== null) checkTemplate(value, `profile.variables.${name}`, declared.slice(0, index))
  })
  for (const [field, exchange] of exchangesOf(profile)) {
    const names = field === 'profile.revoke' ? [...declared, ...kept] : declared
    for (const [at, template] of templatesOf(exchange)) {
      checkTemplate(template, `${field}.${at}`, names)
      if (!at.startsWith('extra.')) checkRaw(template, `${field}.${at}`, declared)
    }
  }
  if (profile.api !== undefined) checkTemplate(profile.api, 'profile.api', declared)
  const { issuers = [], audience = [], jwks } = profile.verify ?? {}
  for (const template of issuers) checkTemplate(template, 'profile.verify.issuers', declared, true)
  for (const template of audience) checkTemplate(template, 'profile.verify.audience', declared)
  if (jwks !== undefined) checkTemplate(jwks, 'profile.verify.jwks', declared)
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
  if (hasStrayBrace(template)) throw new TypeError(`${field} has a brace that is no {name}, {+name} or {/name}`)
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

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const each of Object.values(value)) deepFreeze(each)
    Object.freeze(value)
  }
  return value
}
