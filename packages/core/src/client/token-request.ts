import { thresholds } from '../cache/freshness.js'
import type { StoredToken } from '../cache/store.js'
import { TokenRequestError } from '../errors.js'
import type { ClientAuthParts } from '../oauth/client-authentication.js'
import { exchange, type TransportAnswer } from '../oauth/transport.js'
import { decodeTokenAnswer } from '../profiles/decode.js'
import { encodeExchange, exchangeUrl, type Parameter } from '../profiles/encode.js'
import type { Exchange, Profile } from '../profiles/profile.js'
import { asClient, secretsOf } from './as-client.js'
import type { Dialect } from './dialect.js'
import type { NextNonce } from './dpop.js'
import type { Grant } from './grants/grant.js'
import type { Asked } from './request.js'
import type { Settings } from './settings.js'

/** Bytes of a token answer. */
const maxBytes = 1024 * 1024

/** One request for a token. */
export interface TokenRequest {
  readonly exchange: Exchange
  /** All of its own parameters count as secret but the names of people and domains. */
  readonly grant: Pick<Grant, 'name' | 'type' | 'parameters'>
  readonly asked: Asked
  /** What no message may repeat besides what is sent. */
  readonly secrets?: readonly string[] | undefined
  /** Called right before it is sent; what it throws becomes of the request. */
  readonly before?: (() => void) | undefined
  /** Sees the answer before it is read as a token; what it throws becomes of the request. */
  readonly look?: ((answer: TransportAnswer) => void) | undefined
}

/** A token as it came from the server. */
export interface Obtained {
  readonly token: StoredToken
  /** Seconds. */
  readonly duration: number
  readonly lifetime: number
  readonly repairs: readonly string[]
}

/**
 * Asks the authorization server for a token.
 *
 * @throws TokenRequestError for what the server answered; TransportFailure when there was no answer.
 */
export async function requestToken(
  settings: Settings,
  dialect: Dialect,
  request: TokenRequest,
  signal: AbortSignal,
): Promise<Obtained> {
  const endpoint = exchangeUrl(request.exchange, dialect.profile.variables)
  const send = (nonce: NextNonce): Promise<Obtained> =>
    asClient(settings, dialect, endpoint, async (parts) => {
      const own = await ownParameters(settings, dialect, request, endpoint)
      return await ask(settings, dialect, { ...request, own, parts, nonce, signal })
    })
  return await (settings.dpop === undefined ? send({ next: undefined }) : settings.dpop.ask(endpoint, send))
}

/** A token request that is ready to be sent. */
interface Ready extends TokenRequest {
  readonly own: readonly Parameter[]
  readonly parts: ClientAuthParts
  readonly nonce: NextNonce
  readonly signal: AbortSignal
}

async function ask(settings: Settings, { profile }: Dialect, request: Ready): Promise<Obtained> {
  const { dpop, now, monotonic } = settings
  const { own, parts, nonce, signal } = request
  const parameters = [...Object.entries(parts.parameters), ...own]
  const encoded = encodeExchange(request.exchange, { values: profile.variables, parameters, headers: parts.headers })
  const proof = await dpop?.prove({ method: encoded.method, url: encoded.url, nonce: nonce.next, now })
  const proven = proof === undefined ? encoded : { ...encoded, headers: { ...encoded.headers, dpop: proof } }
  request.before?.()
  const issuedAt = now() / 1000
  const started = monotonic()
  const answer = await exchange(proven, { ...settings, maxBytes, signal })
  const duration = Math.max(0, (monotonic() - started) / 1000)
  nonce.next = dpop?.learn(encoded.url, answer.headers.get('dpop-nonce')) ?? nonce.next
  request.look?.(answer)
  const secrets = [...secretsOf(parts, parameters), ...(request.secrets ?? []), proof ?? '']
  const context = { secrets, now: issuedAt, dpop: dpop !== undefined }
  const { lifetime, refreshIn, repairs, scope, ...issued } = decodeTokenAnswer(
    profile,
    request.exchange,
    answer,
    context,
  )
  dpop?.accept(issued.tokenType)
  const times = thresholds({ issuedAt, lifetime, duration, refreshIn, random: Math.random() })
  const requested = profile.scope?.send === false ? '' : request.asked.scope.join(' ')
  const token = { ...issued, ...times, issuedAt, scope: scope ?? (requested === '' ? undefined : requested) }
  return { token, duration, lifetime, repairs }
}

/** The parameters of the grant, and what is asked for. @throws TokenRequestError `grant_failed` */
async function ownParameters(
  settings: Settings,
  { profile }: Dialect,
  { grant, asked }: TokenRequest,
  tokenEndpoint: URL,
): Promise<readonly Parameter[]> {
  const { clientId, now } = settings
  try {
    const made = await grant.parameters({ tokenEndpoint, clientId, now })
    return [['grant_type', grant.type ?? grant.name], ...Object.entries(made), ...wishes(settings, profile, asked)]
  } catch {
    // What a vault or a key reports may hold the credential.
    throw new TokenRequestError({
      code: 'grant_failed',
      message: `The grant ${grant.name} could not be made: its key or its function failed`,
      retryable: true,
    })
  }
}

/** What a token is to be good for, whatever the grant. */
export function wishes(settings: Settings, profile: Profile, asked: Asked): readonly Parameter[] {
  const { join = ' ', send = true } = profile.scope ?? {}
  return [
    ...(send && asked.scope.length > 0 ? [['scope', asked.scope.join(join)] as const] : []),
    ...asked.resource.map((resource) => ['resource', resource] as const),
    ...(settings.audience === undefined ? [] : [['audience', settings.audience] as const]),
    ...Object.entries(settings.parameters),
  ]
}
