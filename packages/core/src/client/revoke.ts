import { TokenRequestError } from '../errors.js'
import { type JsonObject, parseJsonObject } from '../json.js'
import type { ClientAuthParts } from '../oauth/client-authentication.js'
import { exchange } from '../oauth/transport.js'
import { isFailure } from '../profiles/decode.js'
import { encodeExchange, exchangeUrl, type Parameter } from '../profiles/encode.js'
import { errorCodeOf, failureOf } from '../profiles/failure.js'
import type { Profile } from '../profiles/profile.js'
import { expand } from '../profiles/template.js'
import { asClient, secretsOf } from './as-client.js'
import { limited } from './closing.js'
import { storeFailed } from './failure.js'
import { fewAtATime } from './few-at-a-time.js'
import { credentialsFor } from './present.js'
import { type Removed, removeAll } from './removal.js'
import type { Settings } from './settings.js'
import type { TokenSource } from './source.js'

type RevokeRule = Exclude<Profile['revoke'], 'none' | undefined>

/** Bytes of an answer that is looked at for its status only. */
const maxBytes = 64 * 1024

/** Takes every token out of the cache, then tells the server of each. The first failure is thrown at the end. */
export async function revokeAll(source: TokenSource): Promise<void> {
  const { settings } = source
  const removeAndTell = async (signal: AbortSignal): Promise<void> => {
    const { tokens, gone } = await removeAll(source, signal)
    const results = await fewAtATime(tokens, (token) => revoke(settings, token, signal))
    const failed = results.find((result) => result.status === 'rejected')
    if (failed !== undefined) throw failed.reason
    if (!gone) throw storeFailed('The store failed, and may still hold a token that this client does not use any more')
  }
  // Waiting for others takes its own time.
  await limited(settings, removeAndTell, settings.timeout * 3)
}

/** Tells the server that a token is not needed any more. */
export async function revoke(settings: Settings, token: Removed, signal: AbortSignal): Promise<void> {
  const dialect = await settings.server.dialect()
  const { profile } = dialect
  const rule = profile.revoke
  if (rule === undefined || rule === 'none') return
  const values = { ...textsOf(token), ...profile.variables }
  if (expand(rule.url, values) === undefined) {
    // A server without a revocation endpoint; by id it would be a token whose id the answer did not hold.
    if (rule.by === 'token') return
    throw unnamed('its id is not known')
  }
  const { accessToken, refreshToken, tokenType = 'Bearer' } = token
  // The refresh token first: with the access token alone gone, it would yield another.
  for (const named of parametersOf(rule, token)) {
    const url = exchangeUrl(rule, values)
    const tell = async (parts: ClientAuthParts): Promise<void> => {
      const parameters = [...Object.entries(parts.parameters), ...named]
      const request = encodeExchange(rule, { values, headers: parts.headers, parameters })
      const answer = await exchange(request, { ...settings, maxBytes, signal })
      const document = parseJsonObject(answer.body)
      if (succeeded(profile, rule, answer.status, document)) return
      const secrets = [...secretsOf(parts, parameters), accessToken ?? '', refreshToken ?? '']
      throw failureOf(profile, answer, document, { secrets, now: settings.now() / 1000 })
    }
    if (!rule.bearer) await asClient(settings, dialect, url, tell)
    else if (accessToken === undefined) throw unnamed('there is no access token')
    else {
      const carrier = { method: rule.method ?? 'POST', url }
      await tell({ headers: await credentialsFor(settings, { accessToken, tokenType }, carrier), parameters: {} })
    }
  }
}

function unnamed(why: string): TokenRequestError {
  return new TokenRequestError({ code: 'invalid_request', message: `The token cannot be revoked: ${why}` })
}

/** What is named in each request: by token, each token in turn; otherwise nothing but what the profile says. */
function parametersOf({ by, only }: RevokeRule, token: Removed): readonly (readonly Parameter[])[] {
  if (by !== 'token') return [[]]
  const tokens = { refresh_token: token.refreshToken, access_token: token.accessToken }
  return Object.entries(tokens).flatMap(([kind, value]) =>
    value === undefined || (only ?? kind) !== kind ? [] : [Object.entries({ token: value, token_type_hint: kind })],
  )
}

/** A token that was of no use before is as good as revoked; a failure may hide behind a good status. */
function succeeded(
  profile: Profile,
  { success, gone = [] }: RevokeRule,
  status: number,
  document: JsonObject | undefined,
): boolean {
  const code = errorCodeOf(profile, document)
  if (gone.some((each) => each === status || each === code)) return true
  return (success?.includes(status) ?? (status >= 200 && status < 300)) && !isFailure(profile.answer ?? {}, document)
}

function textsOf({ metadata }: Removed): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [],
    ),
  )
}
