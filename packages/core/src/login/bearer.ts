import { type AuthError, BearerError, TokenRequestError } from '../errors.js'
import { fieldOf } from '../verifier/field.js'
import type { RequestLike } from '../verifier/request.js'
import { stepUpNeeded } from '../verifier/step-up.js'
import type { AccessToken } from '../verifier/token-types.js'
import type { AuthenticateOptions, Verifier } from '../verifier/types.js'
import { errorPage } from './error-page.js'
import { LoginError } from './login-error.js'
import { readReturnTo } from './return-to.js'
import { isNavigation, targetOf } from './same-site.js'
import { sessionOf } from './session.js'
import type { Sessions } from './sessions.js'
import type { LoginSettings } from './settings.js'
import type { Session, StartOptions } from './types.js'

/** The access token of a request, by whichever of the two it comes. One that names a token itself goes by that alone. */
export async function authenticate<S extends string, C extends object>(
  verifier: Verifier<S, C>,
  settings: LoginSettings,
  sessions: Sessions,
  request: RequestLike,
  options: AuthenticateOptions<S> | undefined,
): Promise<AccessToken<S, C>> {
  if (fieldOf(request, 'authorization') !== undefined) return await verifier.authenticate(request, options)
  const token = await sessionToken(settings, sessions, request, options?.signal)
  // Without one the verifier refuses the request, with its own challenge.
  return token === undefined ? await verifier.authenticate(request, options) : await verifier.verify(token, options)
}

/** The session of a request that must have one. */
export async function requireSession(
  find: (request: RequestLike) => Promise<Session | undefined>,
  { seconds }: Pick<LoginSettings, 'seconds'>,
  request: RequestLike,
): Promise<Session> {
  let found: Session | undefined
  try {
    found = await find(request)
  } catch (error) {
    throw error instanceof LoginError ? unavailable(error, seconds()) : error
  }
  if (found !== undefined) return found
  throw new BearerError({ code: 'missing_token', reason: 'nobody has logged in' })
}

async function sessionToken(
  settings: LoginSettings,
  sessions: Sessions,
  request: RequestLike,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  try {
    const found = await sessions.find(request)
    if (found === undefined) return undefined
    const session = await sessionOf(settings, sessions, found)
    return (await session.getToken({ signal })).accessToken
  } catch (error) {
    if (error instanceof TokenRequestError && error.code === 'invalid_grant') return undefined
    if (error instanceof TokenRequestError || error instanceof LoginError) throw unavailable(error, settings.seconds())
    throw error
  }
}

/** A session whose token cannot be renewed at the moment is no reason to log in again. */
function unavailable(error: TokenRequestError | LoginError, now: number): BearerError {
  const retryAfter =
    error instanceof LoginError ? error.retryAfter : error.retryAt === undefined ? undefined : error.retryAt - now
  return new BearerError({
    code: 'temporarily_unavailable',
    reason: `the session or its token cannot be had: ${error.code}`,
    retryAfter: Math.max(1, Math.ceil(retryAfter ?? 1)),
  })
}

/** How a refused request is answered: a page by a login, where that can help, and everything else by its error. */
export async function answerRefusal(
  settings: LoginSettings,
  sessions: Sessions,
  request: RequestLike,
  error: AuthError,
  start: (options: StartOptions) => Promise<Response>,
): Promise<Response> {
  const isPage = isNavigation(request)
  const refused = async (failure: LoginError): Promise<Response> =>
    isPage ? await errorPage(settings.onError, failure, request) : failure.toResponse()
  if (error instanceof LoginError) return await refused(error)
  if (!(error instanceof BearerError)) {
    return await refused(new LoginError('server_error', { reason: `the request failed: ${error.code}` }))
  }
  const wanted = isPage ? loginFor(error) : undefined
  if (wanted === undefined) return error.toResponse()
  try {
    if (await isAsStrong(settings, sessions, request, wanted)) return error.toResponse()
    return await start({ ...wanted, returnTo: ownTarget(request, settings.origin) })
  } catch (failure) {
    if (failure instanceof LoginError) return await refused(failure)
    throw failure
  }
}

/**
 * What login would mend a refusal. A token that is refused though its session is live would be refused again after
 * another login, for ever.
 */
function loginFor({ code, challenges }: BearerError): StartOptions | undefined {
  if (code === 'missing_token') return {}
  if (code !== 'insufficient_user_authentication') return undefined
  const { acr_values, max_age } = challenges[0]?.params ?? {}
  return {
    acrValues: acr_values?.split(' '),
    maxAge: max_age === undefined ? undefined : Number(max_age),
  }
}

/** A session that is as strong as was asked for, though its access token does not say so, nor would the next one. */
async function isAsStrong(
  { seconds }: LoginSettings,
  sessions: Sessions,
  request: RequestLike,
  { acrValues, maxAge }: StartOptions,
): Promise<boolean> {
  if (acrValues === undefined && maxAge === undefined) return false
  const session = await sessions.atCookie(request)
  const clock = { now: seconds(), tolerance: 0 }
  return session !== undefined && stepUpNeeded(session.claims, { acrValues, maxAge }, clock) === undefined
}

function ownTarget(request: RequestLike, origin: string): string {
  try {
    return readReturnTo(targetOf(request, origin), origin)
  } catch {
    return '/'
  }
}
