import { clientAuthMethods } from '../oauth/client-authentication.js'
import { scopeToken } from '../scopes/policy.js'
import { anyOfThese, between, like, listOf, named, objectOf, oneOf, recordOf, type Schema, scalar } from './check.js'
import { headerName } from './header.js'
import { wellFormed, wellFormedHeader } from './template.js'

const text = scalar('string')
const template = named('Template', like(wellFormed, 'a string whose braces are {name}, {+name} or {/name}'))
const scope = like(scopeToken, 'a scope of RFC 6749 §3.3')
/** None that a header or a list of credentials gives a meaning to. */
const furtherCharacters = like(/^[!#$%&*:;@|]+$/, 'some of !#$%&*:;@|')
const header = like(headerName, "a header's name, like 'x-tenant'")
const scheme = like(headerName, "an authentication scheme, like 'Token'")
const headers = recordOf(like(wellFormedHeader, 'visible ASCII, its braces {name} or {+name}'), header)
const flag = scalar('boolean')
const status = between(100, 599)
/** Seconds, a year at most. */
const lifetime = between(0, 31_536_000)
const anyScalar = scalar('string', 'number', 'boolean')
const nothing = oneOf(null)
const path = named('Path', anyOfThese(listOf(text), text))
const statuses = listOf(status)

/** A test of a document. */
export const matchShape: Schema = named(
  'Match',
  objectOf({ path, equals: anyOfThese(listOf(anyScalar), anyScalar), exists: flag }, ['path']),
)

const exchangeMembers: Readonly<Record<string, Schema>> = {
  method: oneOf('GET', 'POST', 'PUT', 'DELETE'),
  url: template,
  body: oneOf('form', 'json', 'query', 'none'),
  headers,
  rename: recordOf(anyOfThese(nothing, text)),
  extra: recordOf(anyOfThese(scalar('number', 'boolean'), template)),
  bearer: flag,
  success: statuses,
}

const exchange = named('Exchange', objectOf(exchangeMembers, ['url']))

const grantNames = [
  'client_credentials',
  'refresh_token',
  'password',
  'sign_in',
  'authorization_code',
  'token_exchange',
  'jwt_bearer',
  'device_code',
] as const

const answer = named(
  'AnswerRules',
  objectOf({
    type: oneOf('json', 'form', 'text'),
    failure: listOf(matchShape),
    interaction: listOf(objectOf({ when: matchShape, kind: text, handle: path }, ['when', 'kind'])),
    accessToken: path,
    refreshToken: path,
    tokenType: path,
    tokenTypes: recordOf(text),
    scope: path,
    metadata: recordOf(path),
    error: objectOf({ code: path, description: path }),
    lifetime: listOf(
      objectOf({ path, as: oneOf('seconds', 'milliseconds', 'epoch-seconds', 'epoch-milliseconds', 'rfc3339') }, [
        'path',
        'as',
      ]),
    ),
    defaultLifetime: lifetime,
    defaultTokenType: text,
  }),
)

const errorRule = named(
  'ErrorRule',
  objectOf(
    {
      status: anyOfThese(statuses, status),
      code: anyOfThese(listOf(text), text),
      is: oneOf(
        'invalid_request',
        'invalid_client',
        'invalid_grant',
        'unauthorized_client',
        'unsupported_grant_type',
        'invalid_scope',
        'invalid_target',
        'access_denied',
        'server_error',
        'temporarily_unavailable',
      ),
    },
    ['is'],
  ),
)

const introspection = named(
  'IntrospectionRules',
  objectOf(
    {
      ...exchangeMembers,
      by: oneOf('token', 'id'),
      active: listOf(matchShape),
      inactive: statuses,
      members: recordOf(path),
      expires: listOf(objectOf({ path, as: oneOf('epoch-seconds', 'epoch-milliseconds', 'rfc3339') }, ['path', 'as'])),
      echo: objectOf({ token: path, id: path }),
    },
    ['url'],
  ),
)

const issuerWithKeys = named('IssuerWithKeys', objectOf({ issuer: template, jwks: template }, ['issuer', 'jwks']))

const verify = named(
  'VerifyRules',
  objectOf(
    {
      tokens: oneOf('jwt', 'opaque'),
      issuers: listOf(anyOfThese(template, issuerWithKeys)),
      jwks: template,
      audience: listOf(template),
      audienceClaim: path,
      typ: listOf(text),
      algorithms: listOf(text),
      require: listOf(matchShape),
      scopes: listOf(path),
      clientId: path,
      subject: oneOf('required', 'optional'),
      furtherCharacters,
      introspection,
    },
    ['tokens'],
  ),
)

/** The shape of a profile; what its templates name is checked apart. */
export const profileShape: Schema = named(
  'Profile',
  objectOf(
    {
      profile: oneOf(1),
      name: text,
      variables: recordOf(anyOfThese(nothing, template)),
      discover: template,
      grants: objectOf(Object.fromEntries(grantNames.map((name) => [name, exchange]))),
      defaultGrant: oneOf(...grantNames),
      deviceAuthorization: exchange,
      scope: objectOf({
        join: oneOf(' ', ',', '+'),
        split: oneOf(' ', ',', '+'),
        send: flag,
        default: listOf(scope),
      }),
      clientAuth: objectOf({ methods: listOf(oneOf(...clientAuthMethods)), basic: oneOf('form', 'strict', 'raw') }, [
        'methods',
      ]),
      answer,
      errors: listOf(errorRule),
      refresh: anyOfThese(oneOf('again'), objectOf({ ...exchangeMembers, whenAbsent: oneOf('keep', 'drop') }, ['url'])),
      reissue: oneOf('new', 'same', 'replaces'),
      revoke: anyOfThese(
        oneOf('none'),
        objectOf(
          {
            ...exchangeMembers,
            by: oneOf('token', 'metadata', 'session'),
            only: oneOf('access_token', 'refresh_token'),
            gone: listOf(anyOfThese(status, text)),
          },
          ['url', 'by'],
        ),
      ),
      present: objectOf({ as: oneOf('bearer', 'scheme', 'raw', 'header'), scheme, header }, ['as']),
      api: template,
      verify,
      $schema: text,
    },
    ['profile', 'name', 'grants', 'defaultGrant'],
  ),
)
