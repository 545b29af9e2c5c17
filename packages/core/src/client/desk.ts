import { parseJsonObject } from '../json.js'
import { MetadataError } from '../oauth/metadata.js'
import { exchange, type TransportAnswer } from '../oauth/transport.js'
import { readPath } from '../path.js'
import { encodeExchange, exchangeUrl } from '../profiles/encode.js'
import { failureOf } from '../profiles/failure.js'
import type { Profile } from '../profiles/profile.js'
import { asClient, secretsOf } from './as-client.js'
import type { Desk } from './grants/grant.js'
import type { Asked } from './request.js'
import { type Dialect, deviceAuthorizationOf, exchangeOf } from './server.js'
import type { Settings } from './settings.js'
import { type Obtained, requestToken, wishes } from './token-request.js'

/** Bytes of an answer to a device authorization request. */
const maxBytes = 64 * 1024

/** What a login works with. */
export interface DeskOptions {
  readonly settings: Settings
  readonly dialect: Dialect
  readonly asked: Asked
  readonly signal: AbortSignal
}

/** An answer that says to ask again later. */
class Pending extends Error {
  readonly code: string

  constructor(code: string) {
    super()
    this.code = code
  }
}

export function deskOf({ settings, dialect, asked, signal }: DeskOptions): Desk<Obtained> {
  const { now, monotonic } = settings
  return {
    now,
    monotonic,
    signal,
    begin: () => begin({ settings, dialect, asked, signal }),
    ask: async ({ parameters, secrets, pending, signal }) => {
      const look = (answer: TransportAnswer): void => {
        const code = errorOf(dialect.profile, answer)
        if (typeof code === 'string' && pending.includes(code)) throw new Pending(code)
      }
      try {
        return {
          token: await ask({ settings, dialect, asked, signal }, { parameters: () => parameters, secrets, look }),
        }
      } catch (error) {
        if (error instanceof Pending) return { pending: error.code }
        throw error
      }
    },
  }
}

async function begin({ settings, dialect, asked, signal }: DeskOptions): Promise<unknown> {
  const { profile } = dialect
  const rule = deviceAuthorizationOf(profile)
  // Those of an issuer that was discovered; any other profile was looked at before.
  if (rule === undefined) throw new MetadataError('the metadata name no device_authorization_endpoint that may be used')
  const values = profile.variables ?? {}
  // What signs an assertion addresses it to the token endpoint.
  const endpoint = exchangeUrl(exchangeOf(profile, 'device_code'), values)
  return await asClient(settings, dialect, endpoint, async (parts) => {
    // RFC 8628 §3.1 names the client there, and servers look for it, however the client authenticates itself.
    const own = { ...(settings.clientId === '' ? {} : { client_id: settings.clientId }), ...parts.parameters }
    const parameters = [...Object.entries(own), ...wishes(settings, profile, asked)]
    const request = encodeExchange(rule, { values, parameters, headers: parts.headers })
    const issuedAt = settings.now() / 1000
    const answer = await exchange(request, { ...settings, maxBytes, signal })
    const document = parseJsonObject(answer.body)
    const accepted = (rule.success ?? [200]).includes(answer.status)
    if (accepted && errorOf(profile, answer) === undefined) return document
    const codes = ['device_code', 'user_code', 'verification_uri_complete'].map((name) => readPath(document, name))
    const secrets = [...secretsOf(parts, parameters), ...codes.filter((each) => typeof each === 'string')]
    throw failureOf(profile, answer, document, { secrets, now: issuedAt })
  })
}

/** The scope was asked for when the login began, and is granted unless the answer says otherwise (RFC 8628 §3.4). */
async function ask(
  { settings, dialect, asked, signal }: DeskOptions,
  own: Pick<Parameters<typeof requestToken>[2], 'parameters' | 'secrets' | 'look'>,
): Promise<Obtained> {
  const exchange = exchangeOf(dialect.profile, 'device_code')
  const request = { ...own, exchange, grant: 'device_code', asked: { ...asked, scope: [] } } as const
  const obtained = await requestToken(settings, dialect, request, signal)
  const requested = asked.scope.length === 0 ? undefined : asked.scope.join(' ')
  return { ...obtained, token: { ...obtained.token, scope: obtained.token.scope ?? requested } }
}

function errorOf({ answer: rules }: Profile, { body }: TransportAnswer): unknown {
  return readPath(parseJsonObject(body), rules?.error?.code ?? 'error')
}
