import type { StoredToken } from '../cache/store.js'
import { TokenRequestError } from '../errors.js'
import { parseJsonObject } from '../json.js'
import { exchange } from '../oauth/transport.js'
import { type ExchangeInput, encodeExchange } from '../profiles/encode.js'
import { failureOf } from '../profiles/failure.js'
import type { Profile } from '../profiles/profile.js'
import { expand, type TemplateValues } from '../profiles/template.js'
import { tokenRequestError } from './failure.js'
import { presentation } from './present.js'
import type { Dialect } from './server.js'
import type { Settings } from './settings.js'
import type { TokenSource } from './source.js'

type RevokeRule = Exclude<Profile['revoke'], 'none' | undefined>

/** Takes every token out of the cache, then tells the server of each. The first failure is thrown at the end. */
export async function revokeAll(settings: Settings, source: TokenSource): Promise<void> {
  const keys = new Set([await source.keyOf(settings), ...source.keys()])
  const tokens = await Promise.all([...keys].map((key) => source.remove(key)))
  const results = await Promise.allSettled(
    tokens.filter((token) => token !== undefined).map((token) => revoke(settings, token)),
  )
  const failed = results.find((result) => result.status === 'rejected')
  if (failed !== undefined) throw tokenRequestError(failed.reason)
}

async function revoke(settings: Settings, token: StoredToken): Promise<void> {
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
  for (const parameters of subjects(rule, token)) await tell(settings, dialect, rule, { values, parameters, token })
}

interface Subject {
  readonly values: TemplateValues
  readonly parameters: Readonly<Record<string, string>>
  readonly token: StoredToken
}

async function tell(settings: Settings, { profile, auth }: Dialect, rule: RevokeRule, subject: Subject): Promise<void> {
  const { values, parameters, token } = subject
  const input = rule.bearer ? bearer(profile, token) : await byClient(settings, { profile, auth }, rule, values)
  const request = encodeExchange(rule, {
    values,
    headers: input.headers,
    parameters: [...input.parameters, ...Object.entries(parameters)],
  })
  const answer = await exchange(request, { ...settings, maxBytes })
  if (succeeded(rule, answer.status)) return
  const secrets = [token.accessToken, token.refreshToken ?? '', ...Object.values(input.headers ?? {})]
  const sent = input.parameters.map(([, value]) => String(value))
  const context = { secrets: [...secrets, ...sent], now: settings.now() / 1000 }
  throw failureOf(profile, answer, parseJsonObject(answer.body), context)
}

type Presented = Pick<ExchangeInput, 'headers' | 'parameters'>

function bearer(profile: Profile, { accessToken }: StoredToken): Presented {
  return { headers: Object.fromEntries([presentation(profile, accessToken)]), parameters: [] }
}

/** RFC 7009 §2.1: the client authenticates as it does at the token endpoint. */
async function byClient(
  { clientId, now }: Settings,
  { profile, auth }: Dialect,
  rule: RevokeRule,
  values: TemplateValues,
): Promise<Presented> {
  const endpoint = new URL(expand(rule.url, values) ?? '')
  const basicEncoding = profile.clientAuth?.basic ?? 'form'
  const parts = await auth.authenticate({ clientId, endpoint, basicEncoding, now })
  return { headers: parts.headers, parameters: Object.entries(parts.parameters) }
}

/** What is named in each request: by token, each token in turn; otherwise nothing but what the profile says. */
function subjects({ by }: RevokeRule, token: StoredToken): readonly Readonly<Record<string, string>>[] {
  if (by !== 'token') return [{}]
  const access = { token: token.accessToken, token_type_hint: 'access_token' }
  if (token.refreshToken === undefined) return [access]
  return [{ token: token.refreshToken, token_type_hint: 'refresh_token' }, access]
}

function succeeded({ success, gone = [] }: RevokeRule, status: number): boolean {
  return gone.includes(status) || (success?.includes(status) ?? (status >= 200 && status < 300))
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
