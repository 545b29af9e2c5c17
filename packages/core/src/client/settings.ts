import { memoryStore } from '../cache/memory-store.js'
import type { TokenStore } from '../cache/store.js'
import { endpointUrl } from '../oauth/endpoint.js'
import { expand } from '../profiles/template.js'
import { safely } from '../safely.js'
import { checkShapes } from '../shapes.js'
import type { ApiAnswer } from './api-answer.js'
import { Closing } from './closing.js'
import type { Dpop } from './dpop.js'
import type { Tell } from './events.js'
import type { Grant } from './grants/grant.js'
import { readParameters, shapes } from './option-shapes.js'
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
  checkShapes(options, shapes, 'createTokenClient')
  const { timeout = 10, now, onEvent, fetch = globalThis.fetch, audience, parameters = {} } = options
  const limits = { fetch, timeout, closing: new Closing() }
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
    audience,
    parameters: readParameters(parameters, server.profile),
    dpop: options.dpop,
    store: options.cache ?? memoryStore({ now }),
    allowedOrigins: readOrigins(options, server),
    isAuthenticationFailure: options.isAuthenticationFailure,
    now: now ?? Date.now,
    monotonic: now ?? (() => performance.now()),
    tell: onEvent && safely(onEvent),
  }
}

function readOrigins({ allowedOrigins }: TokenClientOptions, { profile }: Server): ReadonlySet<string> {
  if (allowedOrigins !== undefined) {
    return new Set(allowedOrigins.map((origin) => originOf(origin, 'allowedOrigins')))
  }
  const api = profile.api === undefined ? undefined : expand(profile.api, profile.variables)
  return new Set(api === undefined ? [] : [endpointUrl(api, `the API of profile ${profile.name}`).origin])
}
