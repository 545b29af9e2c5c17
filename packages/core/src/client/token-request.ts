import { thresholds } from '../cache/freshness.js'
import type { StoredToken } from '../cache/store.js'
import { TokenRequestError } from '../errors.js'
import type { ClientAuthParts } from '../oauth/client-authentication.js'
import { exchange } from '../oauth/transport.js'
import { decodeTokenAnswer, type IssuedToken } from '../profiles/decode.js'
import { encodeExchange, exchangeUrl, type Parameter } from '../profiles/encode.js'
import type { Exchange, GrantName } from '../profiles/profile.js'
import { grantTypes } from './grants.js'
import type { Asked } from './request.js'
import type { Dialect } from './server.js'
import type { Settings } from './settings.js'

/** Bytes of a token answer. */
const maxBytes = 1024 * 1024

/** One request for a token. */
export interface TokenRequest {
  readonly exchange: Exchange
  readonly grant: GrantName
  /** The grant's own parameters; all of them count as secret but the names of people and domains. */
  readonly parameters: Readonly<Record<string, string>>
  /** Unset for a refresh, which asks for what was granted before (RFC 6749 §6). */
  readonly asked?: Asked | undefined
}

/** A token as it came from the server. */
export interface Obtained {
  readonly token: StoredToken
  /** Seconds. */
  readonly duration: number
  readonly lifetime: number
  readonly repairs: readonly string[]
}

/** Parameters that may be repeated in a message. Whatever is not listed here is a secret. */
const harmless = [
  'grant_type',
  'client_id',
  'client_assertion_type',
  'username',
  'domain',
  'scope',
  'resource',
  'audience',
]

/**
 * Asks the authorization server for a token; once more if it refuses the client and there is another secret.
 *
 * @throws TokenRequestError for what the server answered; TransportFailure when there was no answer.
 */
export async function requestToken(
  settings: Settings,
  dialect: Dialect,
  request: TokenRequest,
  signal: AbortSignal,
): Promise<Obtained> {
  const endpoint = exchangeUrl(request.exchange, dialect.profile.variables ?? {})
  const parts = await authenticate(settings, dialect, endpoint)
  try {
    return await ask(settings, dialect, request, parts, signal)
  } catch (error) {
    const refused = error instanceof TokenRequestError && error.code === 'invalid_client'
    if (!refused || dialect.auth.next?.(parts) !== true) throw error
    return await ask(settings, dialect, request, await authenticate(settings, dialect, endpoint), signal)
  }
}

async function ask(
  settings: Settings,
  dialect: Dialect,
  request: TokenRequest,
  parts: ClientAuthParts,
  signal: AbortSignal,
): Promise<Obtained> {
  const { profile } = dialect
  const values = profile.variables ?? {}
  const parameters = [...Object.entries(parts.parameters), ...grantParameters(settings, dialect, request)]
  const encoded = encodeExchange(request.exchange, { values, parameters, headers: parts.headers })
  const issuedAt = settings.now() / 1000
  const started = settings.monotonic()
  const answer = await exchange(encoded, { ...settings, maxBytes, signal })
  const duration = Math.max(0, (settings.monotonic() - started) / 1000)
  const context = { secrets: secretsOf(parts, parameters), now: issuedAt }
  const issued = await decodeTokenAnswer(profile, request.exchange, answer, context)
  return {
    token: stored(issued, issuedAt, duration, profile.scope?.send === false ? undefined : request.asked),
    duration,
    lifetime: issued.lifetime,
    repairs: issued.repairs,
  }
}

async function authenticate(settings: Settings, { profile, auth }: Dialect, endpoint: URL): Promise<ClientAuthParts> {
  const { clientId, now } = settings
  try {
    return await auth.authenticate({ clientId, endpoint, basicEncoding: profile.clientAuth?.basic ?? 'form', now })
  } catch {
    // What a vault or a key reports may hold the secret.
    throw new TokenRequestError({
      code: 'invalid_client',
      message: `The client could not authenticate itself: its ${auth.method} threw`,
    })
  }
}

function grantParameters(settings: Settings, { profile }: Dialect, request: TokenRequest): readonly Parameter[] {
  const { grant, parameters, asked } = request
  const own: readonly Parameter[] = [['grant_type', grantTypes[grant]], ...Object.entries(parameters)]
  if (asked === undefined) return own
  const { join = ' ', send = true } = profile.scope ?? {}
  return [
    ...own,
    ...(send && asked.scope.length > 0 ? [['scope', asked.scope.join(join)] as const] : []),
    ...asked.resource.map((resource) => ['resource', resource] as const),
    ...(settings.audience === undefined ? [] : [['audience', settings.audience] as const]),
    ...Object.entries(settings.parameters),
  ]
}

function secretsOf(parts: ClientAuthParts, parameters: readonly Parameter[]): readonly string[] {
  const sent = parameters.filter(([name]) => !harmless.includes(name)).map(([, value]) => String(value))
  return [...sent, ...Object.values(parts.headers).flatMap(headerSecrets)]
}

/** The credentials of a header, and for Basic the password inside them. */
function headerSecrets(value: string): readonly string[] {
  const credentials = value.slice(value.indexOf(' ') + 1)
  if (!value.startsWith('Basic ')) return [credentials]
  const pair = atob(credentials)
  return [credentials, pair.slice(pair.indexOf(':') + 1)]
}

function stored(issued: IssuedToken, issuedAt: number, duration: number, asked: Asked | undefined): StoredToken {
  const { accessToken, tokenType, refreshToken, metadata, lifetime, refreshIn } = issued
  const requested = asked === undefined || asked.scope.length === 0 ? undefined : asked.scope.join(' ')
  return {
    accessToken,
    tokenType,
    ...thresholds({ issuedAt, lifetime, duration, refreshIn, random: Math.random() }),
    issuedAt,
    scope: issued.scope ?? requested,
    refreshToken,
    metadata,
  }
}
