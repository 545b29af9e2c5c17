import { isScopeToken } from '../scopes/policy.js'
import { anyOfThese, between, type Check, listOf, objectOf, oneOf, recordOf, scalar, wrong } from './check.js'

const text = scalar('string')
const scopeToken: Check = (value, field) => {
  if (!isScopeToken(value)) throw wrong(field, 'a scope of RFC 6749 §3.3', value)
}
/** None that a header or a list of credentials gives a meaning to. */
const furtherCharacters: Check = (value, field) => {
  if (typeof value !== 'string' || !/^[!#$%&*:;@|]+$/.test(value)) throw wrong(field, 'some of !#$%&*:;@|', value)
}
const flag = scalar('boolean')
const status = between(100, 599)
/** Seconds, a year at most. */
const lifetime = between(0, 31_536_000)
const anyScalar = scalar('string', 'number', 'boolean')
const nothing = oneOf(null)
const path = anyOfThese(listOf(text), text)
const statuses = listOf(status)

/** A test of a document. */
export const matchShape: Check = objectOf({ path, equals: anyOfThese(listOf(anyScalar), anyScalar), exists: flag }, [
  'path',
])

const exchangeMembers: Readonly<Record<string, Check>> = {
  method: oneOf('GET', 'POST', 'PUT', 'DELETE'),
  url: text,
  body: oneOf('form', 'json', 'query', 'none'),
  headers: recordOf(text),
  rename: recordOf(anyOfThese(nothing, text)),
  extra: recordOf(anyScalar),
  bearer: flag,
  success: statuses,
}

const exchange = objectOf(exchangeMembers, ['url'])

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

const methods = [
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
  'tls_client_auth',
  'none',
] as const

const answer = objectOf({
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
})

const errorRule = objectOf(
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
)

const introspection = objectOf(
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
)

const verify = objectOf(
  {
    tokens: oneOf('jwt', 'opaque'),
    issuers: listOf(anyOfThese(text, objectOf({ issuer: text, jwks: text }, ['issuer', 'jwks']))),
    jwks: text,
    audience: listOf(text),
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
)

/** The shape of a profile; what its templates name is checked apart. */
export const profileShape: Check = objectOf(
  {
    profile: oneOf(1),
    name: text,
    variables: recordOf(anyOfThese(nothing, text)),
    discover: text,
    grants: objectOf(Object.fromEntries(grantNames.map((name) => [name, exchange]))),
    defaultGrant: oneOf(...grantNames),
    deviceAuthorization: exchange,
    scope: objectOf({
      join: oneOf(' ', ',', '+'),
      split: oneOf(' ', ',', '+'),
      send: flag,
      default: listOf(scopeToken),
    }),
    clientAuth: objectOf({ methods: listOf(oneOf(...methods)), basic: oneOf('form', 'strict', 'raw') }, ['methods']),
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
    present: objectOf({ as: oneOf('bearer', 'scheme', 'raw', 'header'), scheme: text, header: text }, ['as']),
    api: text,
    verify,
  },
  ['profile', 'name', 'grants', 'defaultGrant'],
)
