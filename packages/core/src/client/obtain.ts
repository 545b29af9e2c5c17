import type { StoredToken } from '../cache/store.js'
import { TokenRequestError, type TokenRequestErrorCode } from '../errors.js'
import { exchange, TransportFailure } from '../oauth/transport.js'
import type { Exchange, Profile } from '../profiles/profile.js'
import { asClient } from './as-client.js'
import type { GivenCredentials } from './given-credentials.js'
import type { Desk, Login } from './grants/grant.js'
import type { Asked } from './request.js'
import { withRetries } from './retries.js'
import { type Dialect, exchangeOf } from './server.js'
import type { Settings } from './settings.js'
import { type Obtained, requestToken, wishes } from './token-request.js'

/** What a client remembers of the refresh tokens of one key. */
export interface Session {
  /** The refresh token that must not be sent again: the server took it, or may have. */
  spent: string | undefined
  /** Whether a person is being waited for. */
  loggingIn: boolean
}

/** What a renewal works with. */
export interface Renewal {
  readonly settings: Settings
  readonly dialect: Dialect
  readonly asked: Asked
  readonly session: Session
  readonly given: GivenCredentials
  /** What is stored at the moment. */
  readonly current: StoredToken | undefined
  /** The refresh token that is stored at the moment. */
  readonly stored: string | undefined
  /** Looks into the store again for a live token that somebody else has put there meanwhile. */
  readonly newer: () => Promise<StoredToken | undefined>
  /** Whether a person may be bothered, where the grant needs one. */
  readonly mayAsk: () => boolean
  /** Whether the turn to renew has ended: what works once is not sent any more then. */
  readonly isOver: () => boolean
  /** Told that the server is about to be asked again. */
  readonly retried: (attempt: number, error: TokenRequestError) => void
  readonly signal: AbortSignal
}

/** What tells whether there is a refresh token, and which. */
type AtHand = Pick<Renewal, 'settings' | 'asked' | 'session' | 'given' | 'stored'>

/** A token from the server, or one that somebody else got and saved. */
export type Outcome = Obtained | { readonly adopted: StoredToken }

/**
 * Gets a token: by the refresh token at hand, else by the grant again.
 *
 * A refresh token is sent once. If the server refuses it, somebody else may have used it and saved its successor, which
 * is taken over then; otherwise a grant that can be repeated takes its place.
 *
 * @throws TokenRequestError, TransportFailure
 */
export async function obtain(renewal: Renewal): Promise<Outcome> {
  const token = refreshTokenAtHand(renewal)
  if (token === undefined) return await byGrant(renewal)
  try {
    return await byRefreshToken(renewal, token)
  } catch (error) {
    if (!(error instanceof TokenRequestError) || error.code !== 'invalid_grant') throw error
    const adopted = await renewal.newer()
    if (adopted !== undefined) return { adopted }
    if (renewal.asked.grant.once !== undefined) throw error
    return await byGrant(renewal)
  }
}

/** The refresh token to use: the one that is stored, else the one that was configured. */
function refreshTokenAtHand(at: AtHand): string | undefined {
  const { settings, asked, session, given, stored } = at
  const { profile } = settings.server
  const { grant } = asked
  const asksAgain = grant.name === 'client_credentials' || profile.refresh === 'again'
  if (asksAgain && grant.name !== 'refresh_token') return undefined
  const configured = grant.name === 'refresh_token' ? grant.once?.() : undefined
  if (configured !== undefined) given.offer(configured)
  // Somebody has used it: it is not sent again, even if the store forgets its successor.
  if (stored !== undefined && stored !== configured) given.spend(configured)
  const token = stored ?? configured
  return token === undefined || token === session.spent || given.isSpent(token) ? undefined : token
}

/** Whether a renewal may be made twice at once: nothing is sent that works only once. */
export function mayRepeat(at: AtHand): boolean {
  return at.asked.grant.once === undefined && refreshTokenAtHand(at) === undefined
}

/** Whether a new token can be had without bothering a person. */
export function renewsAlone(at: AtHand): boolean {
  return at.asked.grant.login === undefined || refreshTokenAtHand(at) !== undefined
}

async function byGrant(renewal: Renewal): Promise<Obtained> {
  const { settings, dialect, asked, retried, signal } = renewal
  const { grant } = asked
  if (grant.login !== undefined) return await byLogin(renewal, grant.login)
  if (grant.name === 'refresh_token') {
    throw spentError('The refresh token was used, or its answer was lost, and there is no newer one')
  }
  const exchange = exchangeOf(dialect.profile, grant.name)
  const request = { exchange, grant: grant.name, parameters: grant.parameters, asked }
  const ask = (): Promise<Obtained> => requestToken(settings, dialect, request, signal)
  if (grant.once !== undefined) return await onlyOnce(renewal.given, grant.once(), ask)
  // Whatever else is sent may count: as an attempt at a password, or because it works once.
  return grant.name === 'client_credentials' ? await withRetries(ask, signal, retried) : await ask()
}

async function byLogin(renewal: Renewal, login: Login): Promise<Obtained> {
  const { session } = renewal
  if (!renewal.mayAsk())
    throw spentError('The refresh token is not accepted any more, and the token it was for still lives')
  session.loggingIn = true
  try {
    return await login.conduct(deskOf(renewal))
  } finally {
    session.loggingIn = false
  }
}

function deskOf({ settings, dialect, asked, signal }: Renewal): Desk<Obtained> {
  const { clientId, now, monotonic } = settings
  const { profile } = dialect
  return {
    profile,
    clientId,
    wishes: wishes(settings, profile, asked),
    now,
    monotonic,
    signal,
    asClient: (endpoint, send) => asClient(settings, dialect, endpoint, send),
    exchange: (request, maxBytes) => exchange(request, { ...settings, maxBytes, signal }),
    token: async ({ parameters, secrets, look, signal }) => {
      const grant = asked.grant.name
      // The scope was asked for when the login began, and is granted unless the answer says otherwise (RFC 8628 §3.4).
      const own = { parameters: () => parameters, secrets, look, grant, asked: { ...asked, scope: [] } }
      const { token, ...more } = await requestToken(
        settings,
        dialect,
        { ...own, exchange: exchangeOf(profile, grant) },
        signal,
      )
      return { ...more, token: { ...token, scope: token.scope ?? (asked.scope.join(' ') || undefined) } }
    },
  }
}

/** Sends a credential that must not be sent again; other flights of this client may hold it, too. */
async function onlyOnce<T>(given: GivenCredentials, credential: string, send: () => Promise<T>): Promise<T> {
  if (!given.take(credential)) throw spentError('The assertion was sent before, and may work only once')
  try {
    return await send()
  } catch (error) {
    if (!mayHaveBeenSeen(error)) given.giveBack(credential)
    throw error
  }
}

/** Whether a server has looked at a credential: it did not if it refused the client, which it looks at first. */
function mayHaveBeenSeen(error: unknown): boolean {
  if (error instanceof TransportFailure) return error.sent
  return !(error instanceof TokenRequestError && (error.status === undefined || error.code === 'invalid_client'))
}

function spentError(why: string): TokenRequestError {
  return new TokenRequestError({ code: 'invalid_grant', message: `${why}: a new login is needed` })
}

function overError(): TokenRequestError {
  const message = 'This process was held up for longer than its turn to send the refresh token lasted'
  return new TokenRequestError({ code: 'timeout', message, retryable: true })
}

async function byRefreshToken(renewal: Renewal, token: string): Promise<Obtained> {
  const { settings, dialect, current, signal } = renewal
  const request = {
    exchange: refreshExchange(dialect.profile, renewal.asked),
    grant: 'refresh_token',
    parameters: () => ({ refresh_token: token }),
    asked: askedAgain(renewal),
    before: () => {
      if (renewal.isOver()) throw overError()
    },
  } as const
  try {
    const obtained = await requestToken(settings, dialect, request, signal)
    const refreshToken = obtained.token.refreshToken ?? kept(dialect.profile, token)
    if (refreshToken !== token) spend(renewal, token)
    return { ...obtained, token: { ...obtained.token, refreshToken, scope: obtained.token.scope ?? current?.scope } }
  } catch (error) {
    if (mayBeSpent(error)) spend(renewal, token)
    throw error
  }
}

function spend({ session, given }: Renewal, token: string): void {
  session.spent = token
  given.spend(token)
}

/**
 * What a refresh asks for. Without a scope it is what was granted before, with one it is at most that (RFC 6749 §6): the
 * client's default need not be repeated, unless the refresh token came from elsewhere.
 */
function askedAgain({ settings, asked, current }: Renewal): Asked {
  const { scope } = settings
  const asDefault = asked.scope.length === scope.length && asked.scope.every((each) => scope.includes(each))
  if (asDefault && asked.grant.name !== 'refresh_token') return { ...asked, scope: [] }
  const granted = current?.scope?.split(' ')
  return { ...asked, scope: asked.scope.filter((each) => granted?.includes(each) ?? true) }
}

/** RFC 6749 §6: a server that returns no new refresh token means the old one. */
function kept({ refresh }: Profile, token: string): string | undefined {
  return typeof refresh === 'object' && refresh.whenAbsent === 'drop' ? undefined : token
}

function refreshExchange(profile: Profile, { grant }: Asked): Exchange {
  const { refresh } = profile
  if (typeof refresh === 'object') return refresh
  return profile.grants.refresh_token ?? exchangeOf(profile, grant.name)
}

/** What an answer with a good status says that is no clear refusal: a server may have taken the token all the same. */
const unclear: readonly TokenRequestErrorCode[] = ['server_error', 'invalid_response', 'interaction_required']

/** Only a clear answer that is no success leaves a refresh token unused: a 4xx, a 503, or an error that is known. */
function mayBeSpent(error: unknown): boolean {
  if (error instanceof TransportFailure) return error.sent
  if (!(error instanceof TokenRequestError) || error.code === 'invalid_grant') return true
  // No status: the client did not come as far as sending anything.
  const { status, code } = error
  if (status === undefined || status === 503 || (status >= 400 && status < 500)) return false
  return status >= 500 || unclear.includes(code)
}
