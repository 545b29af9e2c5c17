import { checkTexts, type Grant } from './grant.js'
import { refreshable } from './refreshing.js'

/** What kind a token is of (RFC 8693 §3); another URI where the server knows more. */
export type TokenType =
  | 'urn:ietf:params:oauth:token-type:access_token'
  | 'urn:ietf:params:oauth:token-type:refresh_token'
  | 'urn:ietf:params:oauth:token-type:id_token'
  | 'urn:ietf:params:oauth:token-type:jwt'
  | 'urn:ietf:params:oauth:token-type:saml1'
  | 'urn:ietf:params:oauth:token-type:saml2'
  | (string & {})

/** Options of {@link tokenExchange}. */
export interface TokenExchangeOptions {
  /** The token of whoever the request is made for. */
  readonly subjectToken: string
  /** @default 'urn:ietf:params:oauth:token-type:access_token' */
  readonly subjectTokenType?: TokenType | undefined
  /** The token of whoever acts for them, where the two are to be told apart. */
  readonly actorToken?: string | undefined
  /** @default 'urn:ietf:params:oauth:token-type:access_token' */
  readonly actorTokenType?: TokenType | undefined
  /** What is wanted; it must be something that can be sent to an API. @default the server's choice */
  readonly requestedTokenType?: TokenType | undefined
}

const accessToken: TokenType = 'urn:ietf:params:oauth:token-type:access_token'

/**
 * Exchanges a token for one that another API accepts (RFC 8693): an API that calls the next one on its caller's behalf.
 *
 * Give it to each call: one client serves everybody, and keeps their tokens and their failures apart. What was issued is
 * told by `metadata.issued_token_type`. An answer that says `token_type: N_A` fails with `invalid_response`: it holds
 * something that is no access token, and must not be sent as one.
 *
 * @throws TypeError when a token is missing or a type is no URI.
 * @example await client.getToken({ grant: tokenExchange({ subjectToken: bearerOf(request) }) })
 */
export function tokenExchange(options: TokenExchangeOptions): Grant {
  const { subjectToken } = checkTexts('tokenExchange', options, ['subjectToken'])
  const { subjectTokenType = accessToken, actorToken, requestedTokenType } = options
  const actorTokenType = options.actorTokenType ?? (actorToken === undefined ? undefined : accessToken)
  if (actorToken === undefined && actorTokenType !== undefined) {
    throw new TypeError('tokenExchange takes actorTokenType with actorToken only')
  }
  if (actorToken !== undefined) checkTexts('tokenExchange', { actorToken }, ['actorToken'])
  checkTypes({ subjectTokenType, actorTokenType, requestedTokenType })
  const parameters = {
    subject_token: subjectToken,
    subject_token_type: subjectTokenType,
    ...(actorToken === undefined ? {} : { actor_token: actorToken }),
    ...(actorTokenType === undefined ? {} : { actor_token_type: actorTokenType }),
    ...(requestedTokenType === undefined ? {} : { requested_token_type: requestedTokenType }),
  }
  return refreshable('token_exchange', parameters, 'urn:ietf:params:oauth:grant-type:token-exchange')
}

function checkTypes(types: Readonly<Record<string, unknown>>): void {
  for (const [name, type] of Object.entries(types)) {
    if (type === undefined || (typeof type === 'string' && URL.canParse(type))) continue
    throw new TypeError(`${name} of tokenExchange is a URI, like '${accessToken}'`)
  }
}
