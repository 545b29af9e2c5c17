import { asClient, secretsOf } from '../client/as-client.js'
import { limited } from '../client/closing.js'
import { readResource, readScope } from '../client/request.js'
import { TokenRequestError } from '../errors.js'
import { parseJsonObject } from '../json.js'
import { MetadataError } from '../oauth/metadata.js'
import { exchange } from '../oauth/transport.js'
import { encodeExchange, exchangeUrl, type Parameter } from '../profiles/encode.js'
import { exchangeOf } from '../profiles/exchanges.js'
import { failureOf } from '../profiles/failure.js'
import { sha256 } from '../sha256.js'
import type { RequestLike } from '../verifier/request.js'
import { readCookies } from './cookies.js'
import { endpointAt } from './endpoint.js'
import { LoginError } from './login-error.js'
import { checkStart } from './option-checks.js'
import { redirect } from './redirect.js'
import { readReturnTo } from './return-to.js'
import { isEmbedded } from './same-site.js'
import type { Sessions } from './sessions.js'
import type { LoginSettings } from './settings.js'
import { beginTransaction, type Transaction } from './transaction.js'
import type { StartOptions } from './types.js'

/** Begins a login: a redirect to the authorization server, and the cookie that its answer is told by. */
export async function startLogin(
  settings: LoginSettings,
  sessions: Sessions,
  request: RequestLike,
  options: StartOptions,
): Promise<Response> {
  checkStart(options)
  // The cookie of a login whose answer is posted would be set there, and by many a page would be full of them.
  if (isEmbedded(request)) throw new LoginError('cross_site_request', { reason: 'another site embeds the login' })
  const { transactions, origin, defaults, seconds } = settings
  const returnTo = readReturnTo(options.returnTo, origin)
  const { maxAge = defaults.maxAge, acrValues = [] } = options
  const details = { returnTo, maxAge, acrValues, ...(await wishes(settings, sessions, request, options)) }
  const { transaction, setCookies } = await beginTransaction(transactions, readCookies(request), details, seconds())
  const location = await limited(settings.client, (signal) => authorizationUrl(settings, transaction, options, signal))
  settings.tell({ type: 'login_started' })
  return redirect(location.href, setCookies)
}

/** What to ask for: what is asked for anyway, what the person's session was asked for, and what this login wants besides. */
async function wishes(
  { scope, resource, formPost }: LoginSettings,
  sessions: Sessions,
  request: RequestLike,
  options: StartOptions,
) {
  const current = await sessions.atCookie(request)
  const more = readScope(options.scope) ?? []
  return {
    scope: [...new Set([...scope, ...(current?.scope ?? []), ...more])],
    resource: readResource(options.resource) ?? resource,
    previous: formPost ? current?.digest : undefined,
  }
}

/** Where a person is sent (RFC 6749 §4.1.1): with everything in the URL, or pushed beforehand where that is offered. */
async function authorizationUrl(
  settings: LoginSettings,
  transaction: Transaction,
  options: StartOptions,
  signal: AbortSignal,
): Promise<URL> {
  const authorizationEndpoint = await endpointAt(settings, 'authorization_endpoint')
  if (authorizationEndpoint === undefined) {
    throw new MetadataError('the metadata name no authorization_endpoint that may be used')
  }
  const parameters = await authorizationRequest(settings, transaction, options)
  const { clientId, server } = settings.client
  const pushedTo = await endpointAt(settings, 'pushed_authorization_request_endpoint', server.method)
  const sent: readonly Parameter[] =
    pushedTo === undefined
      ? [['client_id', clientId], ...parameters]
      : [
          ['client_id', clientId],
          ['request_uri', await push(settings, pushedTo, parameters, signal)],
        ]
  const url = new URL(authorizationEndpoint)
  for (const [name, value] of sent) url.searchParams.append(name, String(value))
  return url
}

/** Always with PKCE by S256, whatever the server says it knows (RFC 9700 §2.1.1). */
async function authorizationRequest(
  { redirectUri, formPost, implicit, defaults, parameters }: LoginSettings,
  { state, nonce, codeVerifier, scope, resource, maxAge }: Transaction,
  { prompt = defaults.prompt, acrValues = defaults.acrValues, loginHint = defaults.loginHint }: StartOptions,
): Promise<readonly Parameter[]> {
  const given = { max_age: maxAge, prompt, acr_values: acrValues?.join(' '), login_hint: loginHint }
  return [
    ['response_type', implicit ? 'id_token token' : 'code'],
    ...(formPost ? [['response_mode', 'form_post'] as const] : []),
    ['redirect_uri', redirectUri.href],
    ['scope', scope.join(' ')],
    ...resource.map((each) => ['resource', each] as const),
    ['state', state],
    ['nonce', nonce],
    ...(implicit
      ? []
      : [['code_challenge', await sha256(codeVerifier)] as const, ['code_challenge_method', 'S256'] as const]),
    ...Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
    ...Object.entries(parameters),
  ]
}

/** Bytes of an answer to a pushed request. */
const maxBytes = 64 * 1024

/** Hands the request to the server beforehand (RFC 9126), so that the browser cannot change or read it. */
async function push(
  { client }: LoginSettings,
  url: URL,
  parameters: readonly Parameter[],
  signal: AbortSignal,
): Promise<string> {
  const dialect = await client.server.dialect()
  const { profile } = dialect
  // What signs an assertion addresses it to the token endpoint.
  const endpoint = exchangeUrl(exchangeOf(profile, 'authorization_code'), profile.variables)
  return await asClient(client, dialect, endpoint, async (parts) => {
    const own = { client_id: client.clientId, ...parts.parameters }
    const all = [...Object.entries(own), ...parameters]
    const sent = encodeExchange(
      { url: '{+url}' },
      { values: { url: url.href }, parameters: all, headers: parts.headers },
    )
    const issuedAt = client.now() / 1000
    const answer = await exchange(sent, { ...client, maxBytes, signal })
    const document = parseJsonObject(answer.body)
    const uri: unknown = document?.request_uri
    if (answer.status === 201 && typeof uri === 'string' && /^[\x21-\x7e]{1,2048}$/.test(uri)) return uri
    if (answer.status === 201) throw noRequestUri()
    throw failureOf(profile, answer, document, { secrets: secretsOf(parts, all), now: issuedAt })
  })
}

function noRequestUri(): TokenRequestError {
  return new TokenRequestError({
    code: 'invalid_response',
    message: 'The pushed authorization request was accepted, and the answer holds no usable request_uri',
  })
}
