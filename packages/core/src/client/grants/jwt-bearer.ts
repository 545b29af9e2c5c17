import type { PrivateKey, SigningOptions } from '../../oauth/signing-key.js'
import { signer } from '../../oauth/signing-key.js'
import { checkObject, checkTexts, type Grant, type GrantContext } from './grant.js'
import { refreshing } from './refreshing.js'

/** An assertion that somebody else signed (RFC 7523 §2.1). */
export interface GivenAssertion {
  /**
   * The assertion, or a function that makes one: it is called anew for each request, with the token endpoint, the
   * client's id and the clock.
   */
  readonly assertion: string | ((context: GrantContext) => string | Promise<string>)
  /** Whether an assertion given as a string may be sent more than once. @default false */
  readonly reusable?: boolean | undefined
  /**
   * What tells the tokens of one function from those of others: whom it speaks for, and all else it says that selects a
   * token. Not with a string, which says it itself. @default this grant alone, so that nothing is shared
   */
  readonly identity?: string | undefined
}

/** An assertion that is signed here, anew for each request, good for a minute. */
export interface SignedAssertion extends SigningOptions {
  readonly key: PrivateKey
  /** Who vouches: `iss`. */
  readonly issuer: string
  /** Whom the token is for: `sub`. */
  readonly subject: string
  /** `aud`. @default the token endpoint (RFC 7523 §3) */
  readonly audience?: string | undefined
  /** Further claims; none of `iss`, `sub`, `aud`, `exp`, `iat`, `nbf` and `jti`. They select the token. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined
}

/** Options of {@link jwtBearer}: an assertion, or what it takes to sign one. */
export type JwtBearerOptions = GivenAssertion | SignedAssertion

/**
 * A signed assertion for a token (RFC 7523 §2.1): no person need be there, their consent was given before.
 *
 * A string is sent once, unless it is `reusable`: after that a call that needs a new token fails with `invalid_grant`.
 *
 * @throws TypeError when there is no assertion, or the key cannot sign.
 * @example jwtBearer({ key: await readFile('service.pem', 'utf8'), alg: 'RS256', issuer: 'service', subject: 'ada' })
 * @example jwtBearer({ assertion: ({ tokenEndpoint }) => kms.sign({ sub: 'ada', aud: tokenEndpoint.href }), identity: 'ada' })
 */
export function jwtBearer(options: JwtBearerOptions): Grant {
  checkObject('jwtBearer', options, ['assertion'])
  if ('key' in options) return signed(options)
  const { assertion, reusable = false, identity } = options
  if (typeof assertion === 'function') return made(assertion, identity)
  if (identity !== undefined) throw new TypeError('jwtBearer takes identity with a function only')
  checkTexts('jwtBearer', { assertion }, ['assertion'])
  const grant = bearer(
    () => ['given', assertion],
    () => assertion,
  )
  return reusable ? grant : { ...grant, once: () => assertion }
}

function bearer(identity: Grant['identity'], make: (context: GrantContext) => string | Promise<string>): Grant {
  return {
    name: 'jwt_bearer',
    type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    identity,
    parameters: async (context) => ({ assertion: await make(context) }),
    refreshing,
  }
}

function made(make: (context: GrantContext) => string | Promise<string>, identity: string | undefined): Grant {
  if (identity !== undefined) checkTexts('jwtBearer', { identity }, ['identity'])
  let own: string | undefined
  // Not at once: some runtimes have no randomness before the first request.
  const alone = (): string => {
    own ??= crypto.randomUUID()
    return own
  }
  return bearer(
    () => (identity === undefined ? ['alone', alone()] : ['made', identity]),
    async (context) => {
      const assertion: unknown = await make(context)
      if (typeof assertion === 'string' && assertion !== '') return assertion
      throw new TypeError('the function that makes the assertion returned no string, or an empty one')
    },
  )
}

const registered = ['iss', 'sub', 'aud', 'exp', 'iat', 'nbf', 'jti']

function signed({ key, issuer, subject, audience, claims = {}, alg, kid }: SignedAssertion): Grant {
  checkTexts('jwtBearer', { issuer, subject }, ['issuer', 'subject'])
  if (audience !== undefined) checkTexts('jwtBearer', { audience }, ['audience'])
  const taken = Object.keys(claims).find((name) => registered.includes(name))
  if (taken !== undefined) throw new TypeError(`claims.${taken} of jwtBearer has an option of its own, or is made here`)
  // Read once, so that what the key says is what is signed.
  const extra = canonical(claims)
  const sign = signer('jwtBearer', key, { alg, kid })
  return bearer(
    () => ['signed', issuer, subject, ...(audience === undefined ? ['0'] : ['1', audience]), extra],
    ({ tokenEndpoint, now }) =>
      sign({ issuer, subject, audience: audience ?? tokenEndpoint.href, claims: JSON.parse(extra), now }),
  )
}

/** JSON in which the order of members says nothing. @throws TypeError for what JSON cannot carry. */
function canonical(claims: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(claims, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
}
