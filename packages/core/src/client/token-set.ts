import type { StoredToken } from '../cache/store.js'
import { frozenCopy, type JsonObject } from '../json.js'

/**
 * An access token and what came with it (RFC 6749 §5.1). Printed, inspected or serialised, it shows neither the tokens
 * nor the metadata's values; only who reads a member by its name gets it.
 */
export interface TokenSet {
  readonly accessToken: string
  /** `'Bearer'`, unless the profile says otherwise. */
  readonly tokenType: string
  /** Seconds since the epoch. */
  readonly expiresAt: number
  /**
   * The scope as granted, separated by spaces; it may be less, or more, than what was asked for. `undefined` where
   * nothing was asked for and the server did not say.
   */
  readonly scope: string | undefined
  readonly refreshToken: string | undefined
  /** What the profile keeps beside the token, Passport's `token_id` for instance; a frozen copy. */
  readonly metadata: JsonObject
  readonly toJSON: () => JsonObject
}

/** The tokens are in private fields behind accessors of the prototype, where no inspection finds them. */
class RedactedTokenSet implements TokenSet {
  readonly tokenType: string
  readonly expiresAt: number
  readonly scope: string | undefined
  readonly #token: StoredToken
  #metadata: JsonObject | undefined

  constructor(token: StoredToken) {
    this.tokenType = token.tokenType
    this.expiresAt = Math.floor(token.expiresAt)
    this.scope = token.scope
    this.#token = token
  }

  get accessToken(): string {
    return this.#token.accessToken
  }

  get refreshToken(): string | undefined {
    return this.#token.refreshToken
  }

  get metadata(): JsonObject {
    this.#metadata ??= frozenCopy(this.#token.metadata)
    return this.#metadata
  }

  toJSON(): JsonObject {
    const { tokenType, expiresAt, scope } = this
    const refreshToken = this.refreshToken === undefined ? undefined : redacted
    return { accessToken: redacted, tokenType, expiresAt, scope, refreshToken, metadata: Object.keys(this.metadata) }
  }

  toString(): string {
    return `TokenSet ${JSON.stringify(this)}`
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString()
  }
}

const redacted = '[redacted]'

/** What a caller is handed of a stored token. */
export function tokenSet(token: StoredToken): TokenSet {
  return Object.freeze(new RedactedTokenSet(token))
}
