import type { StoredToken } from '../../cache/store.js'
import { TokenRequestError, type TokenRequestErrorCode } from '../../errors.js'
import { TransportFailure } from '../../oauth/transport.js'
import { exchangeOf } from '../../profiles/exchanges.js'
import type { Exchange, Profile } from '../../profiles/profile.js'
import { away } from '../away.js'
import { storeFailed } from '../failure.js'
import { type GivenCredentials, offerGiven, spendGiven, takeGiven } from '../given-credentials.js'
import {
  type Adopted,
  type AtHand,
  fixedGrant,
  type Grant,
  type Issued,
  type Login,
  type Refreshable,
  type Refreshing,
} from './grant.js'

/**
 * Renews tokens by refresh tokens, and asks again by a grant that is not simply asked again.
 *
 * A refresh token is sent once. If the server refuses it, somebody else may have used it and saved its successor, which
 * is taken over then; otherwise a grant that can be repeated takes its place.
 */
export const refreshing: Refreshing = {
  tokenAtHand: refreshTokenAtHand,
  retire: (grant, given) => {
    const token = givenToken(grant)
    return token !== undefined && takeGiven(given, token) ? token : undefined
  },
  read,
  keep,
  obtain,
}

/** A grant whose parameters are all known, which may bring a refresh token. */
export function refreshable(...grant: Parameters<typeof fixedGrant>): Grant {
  return { ...fixedGrant(...grant), refreshing }
}

async function obtain<T extends Issued>(renewal: Refreshable<T>): Promise<T | Adopted> {
  const token = refreshTokenAtHand(renewal)
  if (token === undefined) return await byGrant(renewal)
  try {
    return await byRefreshToken(renewal, token)
  } catch (error) {
    if (!(error instanceof TokenRequestError) || error.code !== 'invalid_grant') throw error
    const adopted = await renewal.newer()
    if (adopted !== undefined) return { adopted }
    if (renewal.grant.once !== undefined) throw error
    return await byGrant(renewal)
  }
}

function read({ name }: Grant, found: StoredToken | undefined | typeof away): string | undefined {
  if (found !== away) return found?.refreshToken
  if (name !== 'refresh_token') return undefined
  throw storeFailed('The store does not answer, and may hold the refresh token that is to be sent')
}

async function keep(records: Parameters<Refreshing['keep']>[0], key: string, token: StoredToken): Promise<void> {
  const { refreshToken, issuedAt } = token
  if (refreshToken === undefined) return
  const record = await records.get(key)
  if (record?.refreshToken === refreshToken) return
  // What was asked for under another key is no access token for this one.
  const none = { ...token, renewAt: issuedAt, waitAt: issuedAt, expiresAt: issuedAt }
  await records.set(key, { ...(record ?? none), refreshToken })
}

/** The refresh token to use: the one that is stored, else the one that was configured. */
function refreshTokenAtHand({ grant, profile, session, given, stored }: AtHand): string | undefined {
  if (profile.refresh === 'again' && grant.name !== 'refresh_token') return undefined
  const configured = givenToken(grant)
  if (configured !== undefined) offerGiven(given, configured)
  // Somebody has used it: it is not sent again, even if the store forgets its successor.
  if (stored !== undefined && stored !== configured) spendGiven(given, configured)
  const token = stored ?? configured
  return token === undefined || token === session.spent || given.get(token) === true ? undefined : token
}

function givenToken({ name, once }: Grant): string | undefined {
  return name === 'refresh_token' ? once?.() : undefined
}

/** Whatever is sent may count: as an attempt at a password, or because it works once. */
async function byGrant<T extends Issued>(renewal: Refreshable<T>): Promise<T> {
  const { grant, scope, given } = renewal
  if (grant.login !== undefined) return await byLogin(renewal, grant.login)
  if (grant.name === 'refresh_token') {
    throw spentError('The refresh token was used, or its answer was lost, and there is no newer one')
  }
  const ask = (): Promise<T> => renewal.request({ grant, scope })
  return grant.once === undefined ? await ask() : await onlyOnce(given, grant.once(), ask)
}

async function byLogin<T extends Issued>(renewal: Refreshable<T>, login: Login): Promise<T> {
  const { session, scope, grant } = renewal
  if (!renewal.mayAsk())
    throw spentError('The refresh token is not accepted any more, and the token it was for still lives')
  session.loggingIn = true
  try {
    return await login.conduct<T>({
      ...renewal.desk(),
      token: async ({ parameters, ...question }) => {
        // The scope was asked for when the login began, and is granted unless the answer says otherwise (RFC 8628 §3.4).
        const answered = { ...grant, parameters: () => parameters }
        const made = await renewal.request({ ...question, grant: answered, scope: [] })
        return { ...made, token: { ...made.token, scope: made.token.scope ?? (scope.join(' ') || undefined) } }
      },
    })
  } finally {
    session.loggingIn = false
  }
}

/** Sends a credential that must not be sent again; other flights of this client may hold it, too. */
async function onlyOnce<T>(given: GivenCredentials, credential: string, send: () => Promise<T>): Promise<T> {
  if (!takeGiven(given, credential)) throw spentError('The assertion was sent before, and may work only once')
  try {
    return await send()
  } catch (error) {
    if (!mayHaveBeenSeen(error)) given.delete(credential)
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

async function byRefreshToken<T extends Issued>(renewal: Refreshable<T>, token: string): Promise<T> {
  const { profile, current } = renewal
  try {
    const made = await renewal.request({
      exchange: refreshExchange(renewal),
      grant: { name: 'refresh_token', parameters: () => ({ refresh_token: token }) },
      scope: scopeAgain(renewal),
      before: () => {
        if (renewal.isOver()) throw overError()
      },
    })
    const refreshToken = made.token.refreshToken ?? kept(profile, token)
    if (refreshToken !== token) spend(renewal, token)
    return { ...made, token: { ...made.token, refreshToken, scope: made.token.scope ?? current?.scope } }
  } catch (error) {
    if (mayBeSpent(error)) spend(renewal, token)
    throw error
  }
}

function spend({ session, given }: AtHand, token: string): void {
  session.spent = token
  spendGiven(given, token)
}

/**
 * What a refresh asks for. Without a scope it is what was granted before, with one it is at most that (RFC 6749 §6): the
 * client's default need not be repeated, unless the refresh token came from elsewhere.
 */
function scopeAgain<T extends Issued>({ grant, scope, defaultScope, current }: Refreshable<T>): readonly string[] {
  const asDefault = scope.length === defaultScope.length && scope.every((each) => defaultScope.includes(each))
  if (asDefault && grant.name !== 'refresh_token') return []
  const granted = current?.scope?.split(' ')
  return scope.filter((each) => granted?.includes(each) ?? true)
}

/** RFC 6749 §6: a server that returns no new refresh token means the old one. */
function kept({ refresh }: Profile, token: string): string | undefined {
  return typeof refresh === 'object' && refresh.whenAbsent === 'drop' ? undefined : token
}

function refreshExchange({ profile, grant }: AtHand): Exchange {
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
