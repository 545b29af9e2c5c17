import { parseJsonObject } from '../../json.js'
import { MetadataError } from '../../oauth/metadata.js'
import type { TransportAnswer } from '../../oauth/transport.js'
import { readPath } from '../../path.js'
import { encodeExchange, exchangeUrl } from '../../profiles/encode.js'
import { exchangeOf } from '../../profiles/exchanges.js'
import { failureOf } from '../../profiles/failure.js'
import type { Exchange, Profile } from '../../profiles/profile.js'
import { expand } from '../../profiles/template.js'
import { secretsOf } from '../as-client.js'
import type { Desk, Question } from './grant.js'

/** Bytes of an answer to a device authorization request. */
const maxBytes = 64 * 1024

/** The error codes that say to ask again later (RFC 8628 §3.5). */
const pending = ['authorization_pending', 'slow_down'] as const

type Pending = (typeof pending)[number]

/** An answer that is no failure. */
class Later extends Error {
  readonly code: Pending

  constructor(code: Pending) {
    super()
    this.code = code
  }
}

/** @throws TypeError for a profile that names no device authorization endpoint. */
export function checkDeviceProfile(profile: Profile): void {
  if (deviceAuthorizationOf(profile) !== undefined) return
  throw new TypeError(
    `profile ${profile.name} names no device authorization endpoint, like oauth2({ tokenEndpoint, deviceAuthorizationEndpoint })`,
  )
}

/** The exchange that begins a login on another device (RFC 8628 §3.1), where the profile has one. */
function deviceAuthorizationOf({ deviceAuthorization: rule, variables }: Profile): Exchange | undefined {
  return rule !== undefined && expand(rule.url, variables) !== undefined ? rule : undefined
}

/**
 * Begins a login by a device authorization request (RFC 8628 §3.1).
 *
 * @returns the document that was answered, whatever it holds.
 */
export async function beginLogin<T>({ profile, clientId, wishes, now, asClient, exchange }: Desk<T>): Promise<unknown> {
  const rule = deviceAuthorizationOf(profile)
  // Those of an issuer that was discovered; any other profile was looked at before.
  if (rule === undefined) throw new MetadataError('the metadata name no device_authorization_endpoint that may be used')
  const values = profile.variables ?? {}
  // What signs an assertion addresses it to the token endpoint.
  const endpoint = exchangeUrl(exchangeOf(profile, 'device_code'), values)
  return await asClient(endpoint, async (parts) => {
    // RFC 8628 §3.1 names the client there, and servers look for it, however the client authenticates itself.
    const own = { ...(clientId === '' ? {} : { client_id: clientId }), ...parts.parameters }
    const parameters = [...Object.entries(own), ...wishes]
    const request = encodeExchange(rule, { values, parameters, headers: parts.headers })
    const issuedAt = now() / 1000
    const answer = await exchange(request, maxBytes)
    const document = parseJsonObject(answer.body)
    const accepted = (rule.success ?? [200]).includes(answer.status)
    if (accepted && errorOf(profile, answer) === undefined) return document
    const codes = ['device_code', 'user_code', 'verification_uri_complete'].map((name) => readPath(document, name))
    const secrets = [...secretsOf(parts, parameters), ...codes.filter((each) => typeof each === 'string')]
    throw failureOf(profile, answer, document, { secrets, now: issuedAt })
  })
}

/** Asks for the token (RFC 8628 §3.4). That nobody has logged in yet is an answer, not a failure. */
export async function askForToken<T>(
  { profile, token }: Desk<T>,
  question: Omit<Question, 'look'>,
): Promise<{ readonly token: T } | { readonly pending: Pending }> {
  const look = (answer: TransportAnswer): void => {
    const code = errorOf(profile, answer)
    const known = pending.find((each) => each === code)
    if (known !== undefined) throw new Later(known)
  }
  try {
    return { token: await token({ ...question, look }) }
  } catch (error) {
    if (error instanceof Later) return { pending: error.code }
    throw error
  }
}

function errorOf({ answer: rules }: Profile, { body }: TransportAnswer): unknown {
  return readPath(parseJsonObject(body), rules?.error?.code ?? 'error')
}
