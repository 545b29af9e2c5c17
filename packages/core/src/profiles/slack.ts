import { type ProfileFactory, shipped } from './define.js'

const url = '{+base}/api/oauth.v2.access'

/**
 * Slack: every answer has status 200 and says `ok`; a bot's token stands at the top, a person's in `authed_user`. Tokens
 * do not end unless the app has them rotate. A verifier asks `auth.test`, which tells whose a token is, and neither its
 * scopes nor its app.
 *
 * @example slack()
 */
export const slack: ProfileFactory<{ base: string }> = /* @__PURE__ */ shipped({
  profile: 1,
  name: 'slack',
  variables: { base: 'https://slack.com' },
  grants: { authorization_code: { url }, refresh_token: { url } },
  defaultGrant: 'authorization_code',
  scope: { join: ',' },
  clientAuth: { methods: ['client_secret_basic', 'client_secret_post'] },
  answer: {
    failure: [{ path: 'ok', equals: false }],
    accessToken: ['access_token', '/authed_user/access_token'],
    refreshToken: ['refresh_token', '/authed_user/refresh_token'],
    tokenType: ['token_type', '/authed_user/token_type'],
    tokenTypes: { bot: 'Bearer', user: 'Bearer' },
    scope: ['scope', '/authed_user/scope'],
    lifetime: [
      { path: 'expires_in', as: 'seconds' },
      { path: '/authed_user/expires_in', as: 'seconds' },
    ],
    defaultLifetime: 31_536_000,
    metadata: {
      app_id: 'app_id',
      team_id: '/team/id',
      enterprise_id: '/enterprise/id',
      bot_user_id: 'bot_user_id',
      user_id: '/authed_user/id',
    },
  },
  errors: [
    { code: ['invalid_client_id', 'bad_client_secret'], is: 'invalid_client' },
    { code: ['invalid_code', 'code_already_used', 'invalid_refresh_token'], is: 'invalid_grant' },
    { code: ['invalid_grant_type', 'bad_redirect_uri', 'invalid_arguments'], is: 'invalid_request' },
    { code: ['accesslimited', 'team_access_not_granted', 'org_login_required'], is: 'access_denied' },
    { code: ['ratelimited', 'service_unavailable', 'request_timeout'], is: 'temporarily_unavailable' },
    { code: ['fatal_error', 'internal_error'], is: 'server_error' },
  ],
  revoke: {
    url: '{+base}/api/auth.revoke',
    body: 'none',
    by: 'session',
    bearer: true,
    gone: ['invalid_auth', 'token_expired', 'token_revoked', 'account_inactive'],
  },
  api: '{+base}/api',
  verify: {
    tokens: 'opaque',
    issuers: ['{+base}'],
    introspection: {
      url: '{+base}/api/auth.test',
      body: 'none',
      bearer: true,
      active: [{ path: 'ok', equals: true }],
      members: { sub: 'user_id', username: 'user' },
    },
  },
})
