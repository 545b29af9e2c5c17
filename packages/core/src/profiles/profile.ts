import type { BasicEncoding, ClientAuthMethod } from '../oauth/client-authentication.js'
import type { Path } from '../path.js'

/** A string, number or boolean, as JSON knows them. */
export type Scalar = string | number | boolean

/**
 * A URL or value with holes, a subset of RFC 6570: `{name}` is percent-encoded, `{+base}` is put in as it is, `{/tenant}`
 * is an optional path segment that vanishes with its slash when the variable is empty.
 */
export type Template = string

/** The grants a profile can describe. `sign_in` is a login that knows neither client nor `grant_type`. */
export type GrantName =
  | 'client_credentials'
  | 'refresh_token'
  | 'password'
  | 'sign_in'
  | 'authorization_code'
  | 'token_exchange'
  | 'jwt_bearer'
  | 'device_code'

/** One HTTP exchange with an authorization server. */
export interface Exchange {
  /** @default 'POST' */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | undefined
  /** Where to. */
  readonly url: Template
  /** @default 'form' */
  readonly body?: 'form' | 'json' | 'query' | 'none' | undefined
  /**
   * Headers sent each time. A template may name a credential of the request, `{+client_secret}` or `{+assertion}` for
   * instance: `{ authorization: 'Token {+client_secret}' }`, with `rename` to take it out of the body.
   */
  readonly headers?: Readonly<Record<string, Template>> | undefined
  /** The server's name for a parameter of RFC 6749; `null` leaves it out. */
  readonly rename?: Readonly<Record<string, string | null>> | undefined
  /** Parameters sent each time. A template that names an unset variable is left out. */
  readonly extra?: Readonly<Record<string, Scalar | Template>> | undefined
  /**
   * Whether the access token is presented in place of the client's authentication; read for `revoke` and
   * `introspection` only. @default false
   */
  readonly bearer?: boolean | undefined
  /** @default [200] for a token, any 2xx otherwise */
  readonly success?: readonly number[] | undefined
}

/** A test of one value: it exists, or equals one of those given. */
export interface Match {
  /** Where the value stands. */
  readonly path: Path
  /** One of these. */
  readonly equals?: Scalar | readonly Scalar[] | undefined
  /** Whether there is one at all; `null` counts as none. */
  readonly exists?: boolean | undefined
}

/** How a lifetime is written. */
export type LifetimeUnit = 'seconds' | 'milliseconds' | 'epoch-seconds' | 'epoch-milliseconds' | 'rfc3339'

/** How a token answer is read; what is left out is as RFC 6749 §5.1 says. */
export interface AnswerRules {
  /** @default 'json' */
  readonly type?: 'json' | 'form' | 'text' | undefined
  /** Signs of a failure, whatever the status. A member `error` always is one. */
  readonly failure?: readonly Match[] | undefined
  /** Answers that ask a person for something, whatever the status: an outcome of their own, never a token, never cached. */
  readonly interaction?: readonly { readonly when: Match; readonly kind: string; readonly handle?: Path }[] | undefined
  /** Where the `access_token` stands. */
  readonly accessToken?: Path | undefined
  /** Where the `refresh_token` stands. */
  readonly refreshToken?: Path | undefined
  /** Where the `token_type` stands. */
  readonly tokenType?: Path | undefined
  /** What a server's own words for a token's type mean, by the word in lower case: `{ bot: 'Bearer' }`. */
  readonly tokenTypes?: Readonly<Record<string, string>> | undefined
  /** Where the scopes stand, in one string or a list. */
  readonly scope?: Path | undefined
  /** What to keep beside the token, by the name it is kept under. */
  readonly metadata?: Readonly<Record<string, Path>> | undefined
  /** Where an error's code and description stand. */
  readonly error?: { readonly code?: Path | undefined; readonly description?: Path | undefined } | undefined
  /** Where a lifetime may stand; the first that is present wins. @default [{ path: 'expires_in', as: 'seconds' }] */
  readonly lifetime?: readonly { readonly path: Path; readonly as: LifetimeUnit }[] | undefined
  /** Seconds, a year at most, where the answer names none. @default 300 */
  readonly defaultLifetime?: number | undefined
  /** What `token_type` means where the answer has none; without it such an answer is refused. */
  readonly defaultTokenType?: string | undefined
}

/** Which of a server's errors means which of ours; the first rule that fits wins. */
export interface ErrorRule {
  /** The answer's status, or some. */
  readonly status?: number | readonly number[] | undefined
  /** The server's code, or some. */
  readonly code?: string | readonly string[] | undefined
  /** The error of RFC 6749 §5.2 it is taken for. */
  readonly is:
    | 'invalid_request'
    | 'invalid_client'
    | 'invalid_grant'
    | 'unauthorized_client'
    | 'unsupported_grant_type'
    | 'invalid_scope'
    | 'invalid_target'
    | 'access_denied'
    | 'server_error'
    | 'temporarily_unavailable'
}

/**
 * How a resource server asks about an opaque token where the server does not speak RFC 7662. What it answers is brought
 * into the terms of RFC 7662 §2.2; audience, expiry and all the rest are then checked as ever.
 */
export interface IntrospectionRules extends Exchange {
  /**
   * What the token is looked up by: itself, sent as the parameter `token`, or the id the server knows it by, which
   * templates name `{token_id}` and `introspect({ tokenId })` finds. @default 'token'
   */
  readonly by?: 'token' | 'id' | undefined
  /** Tests an active token's answer must pass, every one. @default [{ path: 'active', equals: true }] */
  readonly active?: readonly Match[] | undefined
  /** Statuses that mean that the token is not active, `[404]` for instance. @default none: they are failures */
  readonly inactive?: readonly number[] | undefined
  /** Where the members of RFC 7662 §2.2 stand, by their names there. What is not named is taken as it comes. */
  readonly members?: Readonly<Record<string, Path>> | undefined
  /**
   * Where the point in time stands at which the token ends; the first that is present wins. There are no durations: an
   * answer does not say since when. @default `exp`, in seconds since the epoch
   */
  readonly expires?:
    | readonly { readonly path: Path; readonly as: 'epoch-seconds' | 'epoch-milliseconds' | 'rfc3339' }[]
    | undefined
  /** Where the answer repeats the token or its id. It must, then: an answer about another token is none about this. */
  readonly echo?: { readonly token?: Path | undefined; readonly id?: Path | undefined } | undefined
}

/** An issuer whose keys are not where those of the others are. */
export interface IssuerWithKeys {
  /** As in `issuers`. */
  readonly issuer: Template
  /** The URL of its keys. */
  readonly jwks: Template
}

/** What a resource server has to know about the tokens of this server. */
export interface VerifyRules {
  /** What the access tokens are: verified by keys, or asked about. */
  readonly tokens: 'jwt' | 'opaque'
  /** Exact ones, or templates that name a claim, `https://{claims.org}.example.com`: the verifier says who may fill it. */
  readonly issuers?: readonly (Template | IssuerWithKeys)[] | undefined
  /** @default found through each issuer's metadata */
  readonly jwks?: Template | undefined
  /** Audiences a resource server goes by if it names none: one of them must be the token's. */
  readonly audience?: readonly Template[] | undefined
  /** @default 'aud' */
  readonly audienceClaim?: Path | undefined
  /** The `typ` header values that are accepted; without it `JWT`, `at+jwt` and none are. */
  readonly typ?: readonly string[] | undefined
  /** The signature algorithms that are accepted, `RS256` for instance. */
  readonly algorithms?: readonly string[] | undefined
  /** Checks every token must pass, `{ path: 'token_use', equals: 'access' }` for instance. */
  readonly require?: readonly Match[] | undefined
  /** Where tokens keep their scopes; all of them count. @default ['scope', 'scp'] */
  readonly scopes?: readonly Path[] | undefined
  /** @default ['client_id', 'azp'] */
  readonly clientId?: Path | undefined
  /** @default 'optional' */
  readonly subject?: 'required' | 'optional' | undefined
  /** Characters of opaque tokens beyond those of RFC 6750 §2.1, some of `!#$%&*:;@|`. @default none */
  readonly furtherCharacters?: string | undefined
  /** How opaque tokens are asked about. @default as RFC 7662 says */
  readonly introspection?: IntrospectionRules | undefined
}

/**
 * An authorization server's dialect, as data: it survives `JSON.parse(JSON.stringify(profile))`.
 *
 * Everything left out is as the RFCs say. A new authorization server is a new object like this one, not new code.
 */
export interface Profile {
  /** The version of this format. */
  readonly profile: 1
  /** What messages call this server. */
  readonly name: string
  /**
   * Default of each variable of the templates; `null` must be given, unless only defaults name it in whose place others
   * are given. A default may use the variables before it.
   */
  readonly variables?: Readonly<Record<string, string | null>> | undefined
  /**
   * The issuer whose metadata say where the endpoints are (RFC 8414, OpenID Connect Discovery): all other templates of
   * exchanges may name `{+token_endpoint}`, `{+revocation_endpoint}` and `{+device_authorization_endpoint}` then, and
   * clients authenticate as the metadata list unless `clientAuth` says how.
   */
  readonly discover?: Template | undefined
  /** How a token is asked for, by grant. */
  readonly grants: { readonly [G in GrantName]?: Exchange }
  /** The grant of a client that names none. */
  readonly defaultGrant: GrantName
  /** How a login on another device begins (RFC 8628 §3.1); needed for the grant `device_code`. */
  readonly deviceAuthorization?: Exchange | undefined
  /** How scopes are written. */
  readonly scope?:
    | {
        /** @default ' ' */
        readonly join?: ' ' | ',' | '+' | undefined
        /** What separates scopes in an answer. @default as in `join` */
        readonly split?: ' ' | ',' | '+' | undefined
        /** @default true */
        readonly send?: boolean | undefined
        /** Scopes of a request that names none. */
        readonly default?: readonly string[] | undefined
      }
    | undefined
  /** The methods a client may use here, the preferred one first. @default client_secret_basic, client_secret_post, … */
  readonly clientAuth?:
    | { readonly methods: readonly ClientAuthMethod[]; readonly basic?: BasicEncoding | undefined }
    | undefined
  /** How a token answer is read. */
  readonly answer?: AnswerRules | undefined
  /** Which errors of the server mean which of RFC 6749; the first that fits wins. */
  readonly errors?: readonly ErrorRule[] | undefined
  /** How to renew: an exchange of its own, or `'again'` to repeat the grant. @default RFC 6749 §6 at the grant's URL */
  readonly refresh?: (Exchange & { readonly whenAbsent?: 'keep' | 'drop' | undefined }) | 'again' | undefined
  /** What asking again does to the token before: for people to know, nothing here goes by it. @default 'new' */
  readonly reissue?: 'new' | 'same' | 'replaces' | undefined
  /** How to revoke: RFC 7009 by token, by a piece of metadata, or by ending the session. */
  readonly revoke?:
    | (Exchange & {
        /** What is revoked: the token, what `metadata` knows it by, or the whole session. */
        readonly by: 'token' | 'metadata' | 'session'
        /** The kind of token that can be revoked by itself; the others are left to end. @default both */
        readonly only?: 'access_token' | 'refresh_token' | undefined
        /** Statuses, and codes of errors, that mean that the token was of no use before. */
        readonly gone?: readonly (number | string)[] | undefined
      })
    | 'none'
    | undefined
  /** How the token is presented to an API. @default { as: 'bearer' } */
  readonly present?:
    | {
        readonly as: 'bearer' | 'scheme' | 'raw' | 'header'
        readonly scheme?: string | undefined
        readonly header?: string | undefined
      }
    | undefined
  /** The origin or base URL of the API that takes these tokens: where `client.fetch` may send them unless told more. */
  readonly api?: Template | undefined
  /** What a resource server has to know. */
  readonly verify?: VerifyRules | undefined
}
