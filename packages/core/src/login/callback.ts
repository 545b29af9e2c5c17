import type { StoredToken } from '../cache/store.js'
import { getToken } from '../client/get-token.js'
import { removeToken } from '../client/session-tokens.js'
import { tokenSet } from '../client/token-set.js'
import { type JsonObject, own, text } from '../json.js'
import { checkAuthorizationResponse, ResponseMismatch } from '../oauth/authorization-response.js'
import { idTokenTolerance } from '../oauth/id-token-claims.js'
import { MetadataError } from '../oauth/metadata.js'
import { fetchUserInfo } from '../oauth/user-info.js'
import { stepUpNeeded } from '../verifier/step-up.js'
import { endCookie, readCookies, setCookie } from './cookies.js'
import { endpointAt } from './endpoint.js'
import { answeredError, loginError } from './failure.js'
import { formOf, queryOf } from './form.js'
import { verifyIdToken } from './id-token.js'
import { implicitToken } from './implicit.js'
import { LoginError } from './login-error.js'
import { redirect } from './redirect.js'
import { readReturnTo } from './return-to.js'
import type { Sessions } from './sessions.js'
import type { LoginSettings } from './settings.js'
import { findTransaction, type Transaction } from './transaction.js'

/** Ends a login: from an answer of the authorization server to a session, or to the reason why there is none. */
export async function finishLogin(settings: LoginSettings, sessions: Sessions, request: Request): Promise<Response> {
  const parameters = await answerOf(settings, request)
  const transaction = await transactionOf(settings, request, parameters)
  const ending = ['set-cookie', endCookie(settings.transactions.kind, transaction.cookieName)] as const
  let returnTo: string | undefined
  try {
    returnTo = readReturnTo(transaction.returnTo, settings.origin)
    await checkAnswer(settings, transaction, parameters)
    const id = await logIn(settings, sessions, transaction, parameters)
    await endPrevious(sessions, request, transaction)
    settings.tell({ type: 'login_succeeded' })
    return redirect(returnTo, [setCookie(settings.session, settings.session.name, id), ending[1]])
  } catch (error) {
    // Not that of the transaction: a cookie may have been tossed.
    throw loginError(error).with({ returnTo, headers: [ending] })
  }
}

/** The parameters of the answer, which come the way they were asked for and no other. */
async function answerOf({ formPost }: LoginSettings, request: Request): Promise<URLSearchParams> {
  if (request.method === (formPost ? 'POST' : 'GET')) return formPost ? await formOf(request) : queryOf(request)
  throw new LoginError('method_not_allowed', {
    reason: 'the answer came in another response mode than was asked for',
    headers: [['allow', formPost ? 'POST' : 'GET']],
  })
}

async function transactionOf(
  { transactions, seconds }: LoginSettings,
  request: Request,
  parameters: URLSearchParams,
): Promise<Transaction> {
  const state = parameters.get('state') ?? ''
  const transaction = await findTransaction(transactions, readCookies(request), state, seconds())
  if (transaction !== undefined) return transaction
  const error = parameters.get('error')
  // Nobody knows whose it is; it is told, and nothing comes of it.
  if (error !== null && state === '') throw answeredError(error)
  throw new LoginError('invalid_transaction', { reason: 'this browser began no such login, or too long ago' })
}

/** Whether the answer is that of the issuer to this request, for the first time, and no error. */
async function checkAnswer(
  { metadata, issuer, client, used, seconds }: LoginSettings,
  { state, expiresAt }: Transaction,
  parameters: URLSearchParams,
): Promise<void> {
  // RFC 9207 §3
  const namesIssuer = own(await metadata(), 'authorization_response_iss_parameter_supported') === true
  let error: string | undefined
  try {
    error = checkAuthorizationResponse(parameters, { issuer, namesIssuer, clientId: client.clientId, state })
  } catch (mismatch) {
    if (!(mismatch instanceof ResponseMismatch)) throw mismatch
    throw new LoginError('invalid_response', { reason: mismatch.message })
  }
  // Not noted: anybody can begin a login and answer it by an error, and must fill no store by that.
  if (error !== undefined) throw answeredError(error)
  if (!(await used.take(`login used ${state}`, Math.max(1, expiresAt - seconds())))) {
    throw new LoginError('invalid_transaction', { reason: 'this login was finished before' })
  }
}

/** Comes by the tokens, believes them if they prove who it is, and makes a session of it. @returns its id */
async function logIn(
  settings: LoginSettings,
  sessions: Sessions,
  transaction: Transaction,
  parameters: URLSearchParams,
): Promise<string> {
  const { id, digest } = await sessions.newId()
  const { resource, scope } = transaction
  const code = codeOf(settings, parameters)
  const answered =
    code === undefined
      ? undefined
      : { code, redirectUri: settings.redirectUri.href, codeVerifier: transaction.codeVerifier }
  const asked = sessions.asked(digest, resource, answered)
  try {
    const token =
      answered === undefined
        ? await implicitToken(settings, asked, parameters)
        : await getToken(settings.source, asked, {})
    const { claims, idToken } = await identify(settings, transaction, token, code)
    const content = {
      subject: claims.sub,
      sid: text(own(claims, 'sid')),
      claims,
      idToken: settings.idTokenHint ? idToken : undefined,
      scope,
      resource,
    }
    await sessions.create(digest, content)
    return id
  } catch (error) {
    await removeToken(settings.source, asked)
    throw error
  }
}

function codeOf({ implicit }: LoginSettings, parameters: URLSearchParams): string | undefined {
  const [code, ...others] = ['code', 'access_token', 'id_token'].map((name) => parameters.get(name) ?? undefined)
  if (implicit && code === undefined) return undefined
  if (!implicit && code !== undefined && code !== '' && others.every((each) => each === undefined)) return code
  throw new LoginError('invalid_response', { reason: 'the answer is of another response type than was asked for' })
}

/** Who logged in, and what proves it. */
interface Identified {
  readonly claims: JsonObject & { readonly sub: string }
  readonly idToken: string
}

async function identify(
  settings: LoginSettings,
  { nonce, maxAge, state, acrValues }: Transaction,
  token: StoredToken,
  code: string | undefined,
): Promise<Identified> {
  const idToken = own(token.metadata, 'id_token')
  if (typeof idToken !== 'string') throw new LoginError('invalid_response', { reason: 'there is no ID token' })
  const { accessToken } = tokenSet(token)
  const proven = await verifyIdToken(idToken, settings, { nonce, maxAge, accessToken, code, state })
  const stepUp = { acrValues: acrValues.length === 0 ? undefined : acrValues, maxAge }
  const reason = stepUpNeeded(proven, stepUp, { now: settings.seconds(), tolerance: idTokenTolerance })
  if (reason !== undefined) throw new LoginError('insufficient_user_authentication', { reason })
  const { nonce: _, at_hash: _a, c_hash: _c, s_hash: _s, ...claims } = proven
  return { claims: { ...(await userInfo(settings, accessToken, proven.sub)), ...claims, sub: proven.sub }, idToken }
}

async function userInfo(settings: LoginSettings, accessToken: string, subject: string): Promise<JsonObject> {
  if (!settings.userInfo) return {}
  const userinfoEndpoint = await endpointAt(settings, 'userinfo_endpoint')
  if (userinfoEndpoint === undefined) {
    throw new MetadataError('the metadata name no userinfo_endpoint that may be used')
  }
  const answer = await fetchUserInfo(userinfoEndpoint, { accessToken, subject }, settings.client)
  // It is about the person; how and when they logged in, only the ID token proves.
  const { acr: _, amr: _a, auth_time: _t, sid: _s, ...person } = answer
  return person
}

/** Whoever was logged in here before is not any more. The server is not told: it may count both as one. */
async function endPrevious(sessions: Sessions, request: Request, { previous }: Transaction): Promise<void> {
  try {
    const found = previous === undefined ? await sessions.atCookie(request) : await sessions.live(previous)
    if (found !== undefined) await sessions.end(found, false)
  } catch {
    // It ends by itself.
  }
}
