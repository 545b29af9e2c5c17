import type { StoredToken } from '../cache/store.js'
import { TokenRequestError } from '../errors.js'
import { TransportFailure } from '../oauth/transport.js'
import type { Exchange, Profile } from '../profiles/profile.js'
import type { Asked } from './request.js'
import { type Dialect, exchangeOf } from './server.js'
import type { Settings } from './settings.js'
import { type Obtained, requestToken } from './token-request.js'

/** What a client remembers of the refresh tokens of one key. */
export interface Session {
  /** The refresh token that must not be sent again: the server took it, or may have. */
  spent: string | undefined
}

/** What a renewal works with. */
export interface Renewal {
  readonly settings: Settings
  readonly dialect: Dialect
  readonly asked: Asked
  readonly session: Session
  /** What is stored at the moment. */
  readonly current: StoredToken | undefined
  /** Looks into the store again for a live token that somebody else has put there meanwhile. */
  readonly newer: () => Promise<StoredToken | undefined>
  readonly signal: AbortSignal
}

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
    if (!renewal.settings.server.grant.repeatable) throw error
    return await byGrant(renewal)
  }
}

/** The refresh token to use: the one that is stored, else the one that was configured. */
function refreshTokenAtHand({ settings, dialect, session, current }: Renewal): string | undefined {
  const { grant } = settings.server
  const given = grant.name === 'refresh_token' ? grant.parameters().refresh_token : undefined
  const asksAgain = grant.name === 'client_credentials' || dialect.profile.refresh === 'again'
  if (asksAgain && given === undefined) return undefined
  const token = current?.refreshToken ?? given
  return token === session.spent ? undefined : token
}

async function byGrant({ settings, dialect, asked, signal }: Renewal): Promise<Obtained> {
  const { grant } = settings.server
  if (!grant.repeatable) {
    throw new TokenRequestError({
      code: 'invalid_grant',
      message: 'The refresh token was used, or its answer was lost, and there is no newer one: a new login is needed',
    })
  }
  const exchange = exchangeOf(dialect.profile, grant.name)
  return await requestToken(
    settings,
    dialect,
    { exchange, grant: grant.name, parameters: grant.parameters(), asked },
    signal,
  )
}

async function byRefreshToken(renewal: Renewal, token: string): Promise<Obtained> {
  const { settings, dialect, session, current, signal } = renewal
  const request = {
    exchange: refreshExchange(dialect.profile, settings),
    grant: 'refresh_token',
    parameters: { refresh_token: token },
  } as const
  try {
    const obtained = await requestToken(settings, dialect, request, signal)
    const refreshToken = obtained.token.refreshToken ?? kept(dialect.profile, token)
    if (refreshToken !== token) session.spent = token
    return { ...obtained, token: { ...obtained.token, refreshToken, scope: obtained.token.scope ?? current?.scope } }
  } catch (error) {
    if (mayBeSpent(error)) session.spent = token
    throw error
  }
}

/** RFC 6749 §6: a server that returns no new refresh token means the old one. */
function kept({ refresh }: Profile, token: string): string | undefined {
  return typeof refresh === 'object' && refresh.whenAbsent === 'drop' ? undefined : token
}

function refreshExchange(profile: Profile, { server }: Settings): Exchange {
  const { refresh } = profile
  if (typeof refresh === 'object') return refresh
  return profile.grants.refresh_token ?? exchangeOf(profile, server.grant.name)
}

/** Only a clear answer that is no success leaves a refresh token unused: a 4xx, or a 503. */
function mayBeSpent(error: unknown): boolean {
  if (error instanceof TransportFailure) return error.sent
  if (!(error instanceof TokenRequestError) || error.code === 'invalid_grant') return true
  // No status: the client did not come as far as sending anything.
  const { status } = error
  return status !== undefined && !(status >= 400 && status < 500) && status !== 503
}
