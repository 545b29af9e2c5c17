import type { StoredToken } from '../cache/store.js'
import { TokenRequestError } from '../errors.js'
import { type JsonObject, parseJsonObject } from '../json.js'
import type { ClientAuthParts } from '../oauth/client-authentication.js'
import { exchange } from '../oauth/transport.js'
import { isFailure } from '../profiles/decode.js'
import { encodeExchange, exchangeUrl } from '../profiles/encode.js'
import { errorCodeOf, failureOf } from '../profiles/failure.js'
import type { Profile } from '../profiles/profile.js'
import { expand, type TemplateValues } from '../profiles/template.js'
import { asClient, secretsOf } from './as-client.js'
import { credentialsFor } from './present.js'
import type { Dialect } from './server.js'
import type { Settings } from './settings.js'
import type { TokenSource } from './source.js'

type RevokeRule = Exclude<Profile['revoke'], 'none' | undefined>

/** Takes every token out of the cache, then tells the server of each. The first failure is thrown at the end. */
export async function revokeAll(settings: Settings, source: TokenSource): Promise<void> {
  await source.limit((signal) => removeAndTell(settings, source, signal))
}

async function removeAndTell(settings: Settings, source: TokenSource, signal: AbortSignal): Promise<void> {
  const keys = new Set([await source.keyOf(settings), ...source.keys()])
  const removed = await Promise.all([...keys].map((key) => source.remove(key)))
  const now = settings.now() / 1000
  const tokens = removed.flatMap(({ token }) => (token !== undefined && hasLife(token, now) ? [token] : []))
  const results = await Promise.allSettled(tokens.map((token) => revoke(settings, token, signal)))
  const failed = results.find((result) => result.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  if (removed.every(({ gone }) => gone)) return
  throw new TokenRequestError({
    code: 'temporarily_unavailable',
    message: 'The store failed: it may still hold a token, which this client does not use any more',
    retryable: true,
  })
}

function hasLife({ expiresAt, refreshToken }: StoredToken, now: number): boolean {
  return expiresAt > now || refreshToken !== undefined
}

async function revoke(settings: Settings, token: StoredToken, signal: AbortSignal): Promise<void> {
  const dialect = await settings.server.dialect()
  const rule = dialect.profile.revoke
  if (rule === undefined || rule === 'none') return
  const values = { ...textsOf(token), ...dialect.profile.variables }
  if (expand(rule.url, values) === undefined) {
    // A server without a revocation endpoint; by id it would be a token whose id the answer did not hold.
    if (rule.by === 'token') return
    throw new TokenRequestError({
      code: 'invalid_request',
      message: 'The token cannot be revoked: its id is not known',
    })
  }
  // The refresh token first: with the access token alone gone, it would yield another.
  for (const parameters of subjects(rule, token)) {
    const subject = { values, parameters, token, signal }
    const endpoint = exchangeUrl(rule, values)
    if (rule.bearer) await tell(settings, dialect, rule, subject, await bearer(settings, rule, endpoint, token))
    else {
      await asClient(settings, dialect, endpoint, (parts) => tell(settings, dialect, rule, subject, parts))
    }
  }
}

interface Subject {
  readonly values: TemplateValues
  readonly parameters: Readonly<Record<string, string>>
  readonly token: StoredToken
  readonly signal: AbortSignal
}

async function tell(
  settings: Settings,
  { profile }: Dialect,
  rule: RevokeRule,
  { values, parameters, token, signal }: Subject,
  parts: ClientAuthParts,
): Promise<void> {
  const own = Object.entries(parameters)
  const request = encodeExchange(rule, {
    values,
    headers: parts.headers,
    parameters: [...Object.entries(parts.parameters), ...own],
  })
  const answer = await exchange(request, { ...settings, maxBytes, signal })
  const document = parseJsonObject(answer.body)
  if (succeeded(profile, rule, answer.status, document)) return
  const secrets = [...secretsOf(parts, own), token.accessToken, token.refreshToken ?? '']
  throw failureOf(profile, answer, document, { secrets, now: settings.now() / 1000 })
}

async function bearer(
  settings: Settings,
  { method = 'POST' }: RevokeRule,
  url: URL,
  token: StoredToken,
): Promise<ClientAuthParts> {
  return { headers: Object.fromEntries(await credentialsFor(settings, token, { method, url })), parameters: {} }
}

/** What is named in each request: by token, each token in turn; otherwise nothing but what the profile says. */
function subjects({ by, only }: RevokeRule, token: StoredToken): readonly Readonly<Record<string, string>>[] {
  if (by !== 'token') return [{}]
  const tokens = { refresh_token: token.refreshToken, access_token: token.accessToken }
  return Object.entries(tokens).flatMap(([kind, value]) =>
    value === undefined || (only ?? kind) !== kind ? [] : [{ token: value, token_type_hint: kind }],
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
  if (gone.includes(status) || (code !== undefined && gone.includes(code))) return true
  return (success?.includes(status) ?? (status >= 200 && status < 300)) && !isFailure(profile.answer ?? {}, document)
}

function textsOf({ metadata }: StoredToken): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [],
    ),
  )
}

/** Bytes of an answer that is looked at for its status only. */
const maxBytes = 64 * 1024
