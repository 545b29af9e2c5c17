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
  readonly values: TemplateValues
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
  const parameters = allParameters(exchange, input)
  const headers = { accept: 'application/json', ...ownHeaders(exchange, input), ...lowerCase(input.headers) }
  const url = exchangeUrl(exchange, input.values)
  switch (kind) {
    case 'none':
      return { method, url, headers }
    case 'query':
      for (const [name, value] of parameters) url.searchParams.append(name, String(value))
      return { method, url, headers }
    case 'json':
      return { method, url, headers: { ...headers, 'content-type': 'application/json' }, body: json(parameters) }
    case 'form':
      return {
        method,
        url,
        headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(parameters.map(([name, value]) => [name, String(value)])).toString(),
      }
  }
}

/** The URL of an exchange, checked. */
export function exchangeUrl(exchange: Exchange, values: TemplateValues): URL {
  const url = expand(exchange.url, values)
  if (url === undefined) throw new TypeError(`the URL ${exchange.url} names something that is not known`)
  return endpointUrl(url, 'the URL of the authorization server')
}

/** The parameters a profile sends each time, under the server's own names. */
export function extraParameters(exchange: Exchange, values: TemplateValues): readonly Parameter[] {
  return Object.entries(exchange.extra ?? {}).flatMap(([name, value]): readonly Parameter[] => {
    const filled = typeof value === 'string' ? expand(value, values) : value
    return filled === undefined ? [] : [[name, filled]]
  })
}

function allParameters(exchange: Exchange, { parameters, values }: ExchangeInput): readonly Parameter[] {
  const renamed = parameters.flatMap(([name, value]): readonly Parameter[] => {
    const own = exchange.rename !== undefined && Object.hasOwn(exchange.rename, name) ? exchange.rename[name] : name
    return own === null || own === undefined ? [] : [[own, value]]
  })
  const given = new Set(renamed.map(([name]) => name))
  return [...renamed, ...extraParameters(exchange, values).filter(([name]) => !given.has(name))]
}

function ownHeaders({ headers = {} }: Exchange, { values, parameters }: ExchangeInput): Record<string, string> {
  const credentials = parameters.filter(([name]) => credentialNames.includes(name))
  const texts = { ...Object.fromEntries(credentials.map(([name, value]) => [name, String(value)])), ...values }
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, template]) => {
      const value = expand(template, texts)
      return value === undefined ? [] : [[name.toLowerCase(), sendable(name, value)]]
    }),
  )
}

/** Variables were looked at before; a credential is known only now, and must not write a header of its own. */
function sendable(name: string, value: string): string {
  if (isHeaderText(value)) return value
  throw new TokenRequestError({
    code: 'invalid_request',
    message: `The header ${name} cannot be sent: what the profile puts into it is not visible ASCII`,
  })
}

/** One name in two cases would be two fields, joined into one by whoever receives them. */
function lowerCase(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
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
