import type { AuthError } from '../errors.js'
import type { RequestLike } from '../verifier/request.js'
import type { UnknownClaims } from '../verifier/token-types.js'
import type { Verifier } from '../verifier/types.js'
import { answerRefusal, authenticate, requireSession } from './bearer.js'
import { finishLogin } from './callback.js'
import { errorPage } from './error-page.js'
import { loginError } from './failure.js'
import { LoginError } from './login-error.js'
import { backChannelLogOut, logOut } from './logout.js'
import { checkVerifier } from './option-checks.js'
import { handleRoute } from './routes.js'
import { sessionOf } from './session.js'
import { sessionVerifier } from './session-verifier.js'
import { Sessions } from './sessions.js'
import { readLoginSettings } from './settings.js'
import { startLogin } from './start.js'
import type { Login, LoginOptions, Session, StartOptions } from './types.js'

/**
 * Logs people in at one authorization server (OpenID Connect Core 1.0, authorization code with PKCE) and keeps their
 * sessions: an opaque id in a cookie, and the tokens in a store, renewed as a token client renews its own.
 *
 * @throws TypeError saying which option is missing or wrong, what was expected, and an example.
 * @example
 * const login = createLogin({
 *   issuer: 'https://as.example.com',
 *   clientId: 'my-app',
 *   clientSecret: process.env.LOGIN_SECRET,
 *   redirectUri: 'https://app.example/auth/callback',
 *   scope: 'openid accounts:read',
 * })
 * const answer = await login.handle(request)
 */
export function createLogin<S extends string = string, C extends object = UnknownClaims>(
  options: LoginOptions<S, C>,
): Login<S, C> {
  const settings = readLoginSettings(options)
  const { verifier } = options
  checkVerifier(verifier)
  const sessions = new Sessions(settings)
  /** The one way out for whatever was thrown: raw errors may hold a code or a token. */
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      const refused = loginError(error)
      settings.tell({ type: 'refused', code: refused.code, reason: refused.reason })
      throw refused
    }
  }
  const view =
    verifier === undefined
      ? undefined
      : sessionVerifier(verifier, (by, request, how) => authenticate(by, settings, sessions, request, how))
  const viewed = (): Verifier<S, C> => {
    if (view === undefined) throw new TypeError('createLogin needs the option verifier to authenticate requests')
    return view
  }
  const session = (request: RequestLike): Promise<Session | undefined> =>
    guarded(async () => {
      const found = await sessions.find(request)
      return found === undefined ? undefined : await sessionOf(settings, sessions, found)
    })
  const start = (request: RequestLike, how: StartOptions = {}): Promise<Response> =>
    guarded(() => startLogin(settings, sessions, request, how))
  const login: Login<S, C> = {
    start,
    callback: (request) => guarded(() => finishLogin(settings, sessions, request)),
    session,
    requireSession: (request) => requireSession(session, settings, request),
    authenticate: async (request, how) => await viewed().authenticate(request, how),
    get verifier() {
      return viewed()
    },
    redirectUri: settings.redirectUri.href,
    answer: (request, error: AuthError) =>
      answerRefusal(settings, sessions, request, error, (how) => start(request, how)),
    logout: (request, how = {}) => guarded(() => logOut(settings, sessions, request, how)),
    backChannelLogout: (request) => guarded(() => backChannelLogOut(settings, sessions, request)),
    handle: async (request) => {
      try {
        return await handleRoute(login, settings.redirectUri, request)
      } catch (error) {
        if (!(error instanceof LoginError)) throw error
        return await errorPage(settings.onError, error, request)
      }
    },
  }
  return Object.freeze(login)
}
