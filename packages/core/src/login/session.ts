import { liveToken } from '../client/get-token.js'
import { storedToken } from '../client/session-tokens.js'
import { type TokenSet, tokenSet } from '../client/token-set.js'
import { TokenRequestError } from '../errors.js'
import { frozenCopy, type JsonObject, own, text } from '../json.js'
import type { Found, Sessions } from './sessions.js'
import type { LoginSettings } from './settings.js'
import type { Session, SessionTokenOptions } from './types.js'

/** What a session is made of. */
interface SessionParts {
  readonly found: Found
  readonly scopes: readonly string[]
  readonly getToken: (options: SessionTokenOptions) => Promise<TokenSet>
}

/** Everything that could lead to a token is in a private field, where no inspection finds it. */
class LiveSession implements Session {
  readonly issuer: string
  readonly subject: string
  readonly claims: JsonObject
  readonly scopes: readonly string[]
  readonly acr: string | undefined
  readonly authenticatedAt: number | undefined
  readonly createdAt: number
  readonly idleUntil: number
  readonly expiresAt: number
  readonly #getToken: SessionParts['getToken']

  constructor(issuer: string, { found, scopes, getToken }: SessionParts) {
    const authTime = own(found.claims, 'auth_time')
    this.issuer = issuer
    this.subject = found.subject
    this.claims = frozenCopy(found.claims)
    this.scopes = Object.freeze([...scopes])
    this.acr = text(own(found.claims, 'acr'))
    this.authenticatedAt = typeof authTime === 'number' ? authTime : undefined
    this.createdAt = Math.floor(found.createdAt)
    this.idleUntil = Math.floor(found.idleUntil)
    this.expiresAt = Math.floor(found.expiresAt)
    this.#getToken = getToken
  }

  getToken(options: SessionTokenOptions = {}): Promise<TokenSet> {
    return this.#getToken(options)
  }

  toJSON(): JsonObject {
    const { issuer, subject, claims, scopes, acr, authenticatedAt, createdAt, idleUntil, expiresAt } = this
    return { issuer, subject, claims, scopes, acr, authenticatedAt, createdAt, idleUntil, expiresAt }
  }
}

/** What a caller is handed of a session. */
export async function sessionOf(settings: LoginSettings, sessions: Sessions, found: Found): Promise<Session> {
  const { source, issuer } = settings
  const asked = sessions.asked(found.digest, found.resource)
  const token = await storedToken(source, asked)
  // Of a token that cannot be had, nobody knows what it is good for.
  const granted = token === undefined ? [] : (token.scope?.split(' ') ?? found.scope)
  const scopes = granted.filter((each) => each !== '')
  const getToken = async (options: SessionTokenOptions): Promise<TokenSet> => {
    try {
      return tokenSet(await liveToken(source, asked, options))
    } catch (error) {
      if (error instanceof TokenRequestError && error.code === 'invalid_grant') {
        settings.tell({ type: 'session_ended', reason: 'refresh_refused' })
        await sessions.end(found, false)
      }
      throw error
    }
  }
  return Object.freeze(new LiveSession(issuer, { found, scopes, getToken }))
}
