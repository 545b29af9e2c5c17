import { isJsonObject } from '../json.js'
import { alternativesOf } from './alternatives.js'
import type { Policy } from './policy.js'

/** One flow of an OAuth 2.0 scheme (OpenAPI 3, OAuth Flow Object); which URLs it has depends on the flow. */
export interface OpenApiFlow {
  readonly authorizationUrl?: string | undefined
  readonly deviceAuthorizationUrl?: string | undefined
  readonly tokenUrl?: string | undefined
  readonly refreshUrl?: string | undefined
}

/** The URLs each flow must have. */
const flowUrls = {
  authorizationCode: ['authorizationUrl', 'tokenUrl'],
  clientCredentials: ['tokenUrl'],
  deviceAuthorization: ['deviceAuthorizationUrl', 'tokenUrl'],
  implicit: ['authorizationUrl'],
  password: ['tokenUrl'],
} as const

/** How an API's tokens are had, as an OpenAPI document tells it. */
export type OpenApiOptions = {
  /** The scheme's name in the document. @default 'oauth2', 'bearer' or 'openIdConnect' */
  readonly name?: string | undefined
  readonly description?: string | undefined
} & (
  | {
      readonly type: 'oauth2'
      readonly flows: { readonly [F in keyof typeof flowUrls]?: OpenApiFlow | undefined }
    }
  | {
      readonly type: 'http'
      readonly bearerFormat?: string | undefined
      /** OpenAPI 3.0 allows no scopes here, later versions do. @default '3.1' */
      readonly version?: '3.0' | '3.1' | undefined
    }
  | { readonly type: 'openIdConnect'; readonly openIdConnectUrl: string }
)

/** A scheme as it stands in a document (OpenAPI 3, Security Scheme Object). An alias, for documents allow further members. */
export type OpenApiScheme = {
  readonly type: OpenApiOptions['type']
  readonly description?: string
  readonly scheme?: string
  readonly bearerFormat?: string
  readonly openIdConnectUrl?: string
  readonly flows?: Readonly<Record<string, Flow>>
}

/** A flow with the scopes that it can grant. */
type Flow = {
  readonly authorizationUrl?: string
  readonly deviceAuthorizationUrl?: string
  readonly tokenUrl?: string
  readonly refreshUrl?: string
  readonly scopes: Readonly<Record<string, string>>
}

/** What an OpenAPI document says of an API's tokens. */
export interface OpenApiSecurity<S extends string> {
  /** For `components.securitySchemes`. */
  readonly securitySchemes: Readonly<Record<string, OpenApiScheme>>
  /**
   * For an operation's `security`: one entry for each way to satisfy its policy; any token where none is given.
   *
   * @throws TypeError for a policy of another API, or one with more than 64 ways.
   */
  security(policy?: Policy<S>): readonly Readonly<Record<string, readonly S[]>>[]
}

/** @throws TypeError when something is missing or unknown. */
export function describeSecurity<S extends string>(
  options: OpenApiOptions,
  scopes: Readonly<Record<S, string>>,
  check: (policy: Policy<S>) => Policy<S>,
): OpenApiSecurity<S> {
  if (!isJsonObject(options)) throw new TypeError(expected)
  const { name = defaultNames[options.type], scheme } = schemeOf(options, scopes)
  const takesScopes = options.type !== 'http' || options.version !== '3.0'
  const entry = (needed: readonly S[]) => Object.fromEntries([[name, needed]])
  return {
    securitySchemes: { [name]: scheme },
    security: (policy) => {
      const ways = policy === undefined ? [] : alternativesOf(check(policy))
      return takesScopes && ways.length > 0 ? ways.map(entry) : [entry([])]
    },
  }
}

const defaultNames = { oauth2: 'oauth2', http: 'bearer', openIdConnect: 'openIdConnect' } as const

const expected = "toOpenApi takes { type: 'oauth2', flows: { … } }, { type: 'http' } or { type: 'openIdConnect', … }"

interface NamedScheme {
  readonly name: string | undefined
  readonly scheme: OpenApiScheme
}

function schemeOf(options: OpenApiOptions, scopes: Readonly<Record<string, string>>): NamedScheme {
  const { name, description } = options
  if (name !== undefined && !/^[\w.-]+$/.test(name)) throw new TypeError('name is made of letters, digits, ., - and _')
  const described = description === undefined ? {} : { description }
  switch (options.type) {
    case 'oauth2':
      return { name, scheme: { type: 'oauth2', ...described, flows: flowsOf(options.flows, scopes) } }
    case 'http': {
      const { bearerFormat } = options
      const format = bearerFormat === undefined ? {} : { bearerFormat }
      return { name, scheme: { type: 'http', scheme: 'bearer', ...format, ...described } }
    }
    case 'openIdConnect': {
      const openIdConnectUrl = requiredUrl(options.openIdConnectUrl, 'openIdConnectUrl')
      return { name, scheme: { type: 'openIdConnect', openIdConnectUrl, ...described } }
    }
    default:
      throw new TypeError(expected)
  }
}

function flowsOf(flows: unknown, scopes: Readonly<Record<string, string>>): Readonly<Record<string, Flow>> {
  const given = isJsonObject(flows) ? Object.entries(flows).filter(([, flow]) => flow !== undefined) : []
  if (given.length === 0) throw new TypeError("flows names at least one: { clientCredentials: { tokenUrl: '…' } }")
  return Object.fromEntries(given.map(([name, flow]) => [name, { ...urlsOf(name, flow), scopes: { ...scopes } }]))
}

function urlsOf(name: string, flow: unknown): Readonly<Record<string, string>> {
  const required: readonly string[] | undefined = isFlow(name) ? flowUrls[name] : undefined
  if (required === undefined || !isJsonObject(flow)) {
    throw new TypeError(`flows.${name} is none of ${Object.keys(flowUrls).join(', ')}, or no object`)
  }
  const names = flow.refreshUrl === undefined ? required : [...required, 'refreshUrl']
  const unknown = Object.keys(flow).find((each) => flow[each] !== undefined && !names.includes(each))
  if (unknown !== undefined) throw new TypeError(`flows.${name} has no ${unknown}; it has ${names.join(', ')}`)
  return Object.fromEntries(names.map((each) => [each, requiredUrl(flow[each], `flows.${name}.${each}`)]))
}

function isFlow(name: string): name is keyof typeof flowUrls {
  return Object.hasOwn(flowUrls, name)
}

/** OpenAPI allows URLs relative to the document. */
function requiredUrl(url: unknown, field: string): string {
  if (typeof url === 'string' && url !== '' && URL.canParse(url, 'https://relative.invalid')) return url
  throw new TypeError(`${field} is a URL, 'https://as.example.com/token' for instance`)
}
