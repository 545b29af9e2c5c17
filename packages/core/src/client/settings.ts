import { memoryStore } from '../cache/memory-store.js'
import type { TokenStore } from '../cache/store.js'
import { isJsonObject } from '../json.js'
import { endpointUrl } from '../oauth/endpoint.js'
import { expand } from '../profiles/template.js'
import { safely } from '../safely.js'
import type { ApiAnswer } from './api-answer.js'
import { Closing } from './closing.js'
import { checkedDpop, type Dpop } from './dpop.js'
import type { Tell } from './events.js'
import type { Grant } from './grants/grant.js'
import { checkNames, readParameters, stringList } from './option-shapes.js'
import type { TokenClientOptions } from './options.js'
import { originOf } from './origins.js'
import { readResource, readScope } from './request.js'
import { readServer, type Server } from './server.js'

/** What a token client works with: its options, checked, with every default filled in. */
export interface Settings {
  readonly server: Server
  readonly clientId: string
  /** What joins scopes here, where that is no space. */
  readonly joiner: string | undefined
  readonly scope: readonly string[]
  readonly resource: readonly string[]
  /** What a call goes by that names no other. */
  readonly grant: Grant
  readonly audience: string | undefined
  readonly parameters: Readonly<Record<string, string>>
  /** Unset where tokens are bound to no key. */
  readonly dpop: Dpop | undefined
  readonly store: TokenStore
  readonly allowedOrigins: ReadonlySet<string>
  readonly isAuthenticationFailure: ((answer: ApiAnswer) => boolean | Promise<boolean>) | undefined
  readonly fetch: typeof globalThis.fetch
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Milliseconds of a clock that nobody sets; the injected one where one was. */
  readonly monotonic: () => number
  /** Seconds. */
  readonly timeout: number
  /** Ends what is under way when the client is closed. */
  readonly closing: Closing
  /** Unset where nobody listens. */
  readonly tell: Tell | undefined
}

/** @throws TypeError saying which option is wrong, what was expected, and an example. */
export function readSettings(options: TokenClientOptions): Settings {
  checkOptions(options)
  const { timeout = 10, now, onEvent, fetch, isAuthenticationFailure, audience, parameters = {} } = options
  if (!(typeof timeout === 'number' && timeout > 0 && timeout <= 300)) {
    throw new TypeError('timeout is in seconds, above 0 and at most 300, like 10')
  }
  for (const [name, value] of Object.entries({ now, onEvent, fetch, isAuthenticationFailure })) {
    if (value !== undefined && typeof value !== 'function') throw new TypeError(`${name} must be a function`)
  }
  const limits = { fetch: fetch ?? globalThis.fetch, timeout, closing: new Closing() }
  const server = readServer(options, limits)
  const joiner = server.profile.scope?.join
  return {
    ...limits,
    server,
    clientId: options.clientId ?? '',
    joiner,
    scope: readScope(options.scope, joiner) ?? server.profile.scope?.default ?? [],
    resource: readResource(options.resource) ?? [],
    grant: server.grant,
    audience: checkedAudience(audience),
    parameters: readParameters(parameters, server.profile),
    dpop: checkedDpop(options.dpop),
    store: checkedStore(options.cache ?? memoryStore({ now }), 'cache'),
    allowedOrigins: readOrigins(options, server),
    isAuthenticationFailure,
    now: now ?? Date.now,
    monotonic: now ?? (() => performance.now()),
    tell: onEvent && safely(onEvent),
  }
}

function checkOptions(options: unknown): void {
  if (!isJsonObject(options)) {
    throw new TypeError('createTokenClient takes options: { profile: portx(), clientId, clientSecret }')
  }
  checkNames(options)
}

function checkedAudience(audience: string | undefined): string | undefined {
  if (audience === undefined || (typeof audience === 'string' && audience !== '')) return audience
  throw new TypeError("audience is a string that is not empty, like 'https://api.example.com'")
}

/** @param name that of the option @throws TypeError */
export function checkedStore(store: unknown, name: string): TokenStore {
  if (isStore(store)) return store
  throw new TypeError(`${name} must be a TokenStore with get, set and delete, like memoryStore()`)
}

function isStore(value: unknown): value is TokenStore {
  if (typeof value !== 'object' || value === null) return false
  return ['get', 'set', 'delete'].every((name) => typeof Reflect.get(value, name) === 'function')
}

function readOrigins({ allowedOrigins }: TokenClientOptions, { profile }: Server): ReadonlySet<string> {
  if (allowedOrigins !== undefined) {
    return new Set(stringList(allowedOrigins, 'allowedOrigins').map((origin) => originOf(origin, 'allowedOrigins')))
  }
  const api = profile.api === undefined ? undefined : expand(profile.api, profile.variables ?? {})
  return new Set(api === undefined ? [] : [endpointUrl(api, `the API of profile ${profile.name}`).origin])
}
