import { TokenRequestError } from '../errors.js'
import { endpointUrl } from '../oauth/endpoint.js'
import type { TransportRequest } from '../oauth/transport.js'
import { credentialNames, isHeaderText } from './header.js'
import type { Exchange, Scalar } from './profile.js'
import { expand, type TemplateValues } from './template.js'

/** One parameter of a request by the name RFC 6749 gives it; `resource` may come more than once. */
export type Parameter = readonly [name: string, value: Scalar]

/** What an exchange is filled with. */
export interface ExchangeInput {
  readonly values?: TemplateValues | undefined
  readonly parameters: readonly Parameter[]
  /** Added to the profile's own: an `Authorization`, for instance. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/**
 * Writes a request in a server's dialect: its URL, its names for the parameters, its kind of body.
 *
 * @throws TypeError when the profile's variables make no usable URL.
 * @throws TokenRequestError when a credential does not fit the header it belongs into.
 */
export function encodeExchange(exchange: Exchange, input: ExchangeInput): TransportRequest {
  const { method = 'POST', body: kind = 'form' } = exchange
  const headers = allHeaders(exchange, input)
  const url = exchangeUrl(exchange, input.values)
  const parameters = allParameters(exchange, input)
  const form = new URLSearchParams(parameters.map(([name, value]) => [name, String(value)]))
  if (kind === 'query') for (const [name, value] of form) url.searchParams.append(name, value)
  if (kind === 'query' || kind === 'none') return { method, url, headers }
  const [type, body] =
    kind === 'json' ? ['application/json', json(parameters)] : ['application/x-www-form-urlencoded', form.toString()]
  return { method, url, headers: { ...headers, 'content-type': type }, body }
}

/** The URL of an exchange, checked. */
export function exchangeUrl(exchange: Exchange, values?: TemplateValues): URL {
  const url = expand(exchange.url, values)
  if (url === undefined) throw new TypeError(`the URL ${exchange.url} names something that is not known`)
  return endpointUrl(url, 'the URL of the authorization server')
}

/** Those of the request, under the server's own names, and those the profile sends each time. */
function allParameters({ rename = {}, extra = {} }: Exchange, input: ExchangeInput): readonly Parameter[] {
  const renamed = input.parameters.flatMap(([name, value]): readonly Parameter[] => {
    const own = Object.hasOwn(rename, name) ? rename[name] : name
    return own === null || own === undefined ? [] : [[own, value]]
  })
  const given = new Set(renamed.map(([name]) => name))
  const more = Object.entries(extra).flatMap(([name, value]): readonly Parameter[] => {
    const filled = typeof value === 'string' ? expand(value, input.values) : value
    return filled === undefined || given.has(name) ? [] : [[name, filled]]
  })
  return [...renamed, ...more]
}

/** In lower case: one name in two cases would be two fields, joined into one by whoever receives them. */
function allHeaders(exchange: Exchange, { values, parameters, headers = {} }: ExchangeInput): Record<string, string> {
  const credentials = parameters.filter(([name]) => credentialNames.includes(name))
  const texts = { ...Object.fromEntries(credentials.map(([name, value]) => [name, String(value)])), ...values }
  const own = Object.entries(exchange.headers ?? {}).flatMap(([name, template]) => {
    const value = expand(template, texts)
    return value === undefined ? [] : [[name, sendable(name, value)] as const]
  })
  const all = [['accept', 'application/json'] as const, ...own, ...Object.entries(headers)]
  return Object.fromEntries(all.map(([name, value]) => [name.toLowerCase(), value]))
}

/** Variables were looked at before; a credential is known only now, and must not write a header of its own. */
function sendable(name: string, value: string): string {
  if (isHeaderText(value)) return value
  throw new TokenRequestError({
    code: 'invalid_request',
    message: `The header ${name} cannot be sent: its value is not visible ASCII`,
  })
}

/** A parameter that comes more than once becomes a list. */
function json(parameters: readonly Parameter[]): string {
  const members = new Map<string, Scalar | Scalar[]>()
  for (const [name, value] of parameters) {
    const before = members.get(name)
    members.set(name, before === undefined ? value : [before, value].flat())
  }
  return JSON.stringify(Object.fromEntries(members))
}
