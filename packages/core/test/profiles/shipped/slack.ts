import { refreshToken } from '../../../src/client/grants/standard.js'
import { slack } from '../../../src/profiles/index.js'
import type { ProfileFixture } from './fixture.js'

const client = { clientId: '2141029472.691202649728', clientSecret: 'my-secret' }
const path = '/api/oauth.v2.access'
const headers = {
  accept: 'application/json',
  'content-type': 'application/x-www-form-urlencoded',
  authorization: `Basic ${btoa('2141029472.691202649728:my-secret')}`,
}
const bot = {
  ok: true,
  access_token: 'xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcBrzbqgy',
  token_type: 'bot',
  scope: 'commands,incoming-webhook',
  bot_user_id: 'U0KRQLJ9H',
  app_id: 'A0KRD7HC3',
  team: { name: 'Slack Pickleball Team', id: 'T9TK3CUKW' },
  enterprise: null,
  authed_user: { id: 'U1234' },
}
const person = {
  ok: true,
  app_id: 'A0KRD7HC3',
  team: { id: 'T9TK3CUKW' },
  authed_user: { id: 'U1234', scope: 'chat:write', access_token: 'xoxp-1234', token_type: 'user' },
}
const tested = {
  ok: true,
  url: 'https://subarachnoid.slack.com/',
  team: 'Subarachnoid Workspace',
  user: 'grace',
  team_id: 'T12345678',
  user_id: 'W12345678',
}

/** Errors come with status 200. */
const failure = (error: string) => ({ ok: false, error })

export const fixture: ProfileFixture = {
  profile: (origin) => slack({ base: origin }),
  requests: [
    {
      grant: 'refresh_token',
      client: () => ({ ...client, grant: refreshToken('xoxe-1-abcdefg') }),
      path,
      headers,
      body: [
        ['grant_type', 'refresh_token'],
        ['refresh_token', 'xoxe-1-abcdefg'],
      ],
      answer: { ...bot, access_token: 'xoxe.xoxb-1-new', expires_in: 43_200, refresh_token: 'xoxe-1-next' },
      token: { accessToken: 'xoxe.xoxb-1-new', tokenType: 'Bearer', refreshToken: 'xoxe-1-next' },
    },
  ],
  answers: [
    {
      what: 'a bot',
      body: bot,
      read: {
        accessToken: bot.access_token,
        tokenType: 'Bearer',
        scope: 'commands incoming-webhook',
        lifetime: 31_536_000,
        metadata: { app_id: 'A0KRD7HC3', team_id: 'T9TK3CUKW', bot_user_id: 'U0KRQLJ9H', user_id: 'U1234' },
        repairs: ["token_type was a word of the server's own", 'scope was joined by another sign than a space'],
      },
    },
    {
      what: 'a person, further down',
      body: person,
      read: { accessToken: 'xoxp-1234', tokenType: 'Bearer', scope: 'chat:write' },
    },
    {
      what: 'a person whose token rotates',
      body: {
        ...person,
        authed_user: { ...person.authed_user, refresh_token: 'xoxe-1-theirs', expires_in: 43_200 },
      },
      read: { refreshToken: 'xoxe-1-theirs', lifetime: 43_200 },
    },
  ],
  errors: [
    { what: 'a wrong secret', status: 200, body: failure('bad_client_secret'), error: { code: 'invalid_client' } },
    { what: 'an unknown client', status: 200, body: failure('invalid_client_id'), error: { code: 'invalid_client' } },
    { what: 'a used code', status: 200, body: failure('code_already_used'), error: { code: 'invalid_grant' } },
    {
      what: 'a used refresh token',
      status: 200,
      body: failure('invalid_refresh_token'),
      error: { code: 'invalid_grant' },
    },
    {
      what: 'a failure without a word',
      status: 200,
      body: { ok: false, access_token: 'xoxb-1' },
      error: { code: 'server_error' },
    },
    {
      what: 'too many requests',
      status: 429,
      body: failure('ratelimited'),
      error: { code: 'temporarily_unavailable', retryable: true },
    },
    { what: 'an outage', status: 200, body: failure('fatal_error'), error: { code: 'server_error' } },
  ],
  revocation: {
    client: () => ({ ...client, grant: refreshToken('xoxe-1-abcdefg') }),
    issued: bot,
    requests: [
      {
        path: '/api/auth.revoke',
        headers: { accept: 'application/json', authorization: `Bearer ${bot.access_token}` },
        body: '',
      },
    ],
    reply: failure('token_revoked'),
  },
  tokens: {
    audience: 'https://api.example.com',
    token: 'xoxp-1234',
    introspect: { dangerouslyAllowMissingAudience: true },
    request: {
      path: '/api/auth.test',
      headers: { accept: 'application/json', authorization: 'Bearer xoxp-1234' },
      body: '',
    },
    answer: tested,
    verified: { subject: 'W12345678', scopes: [] },
    refused: [
      { what: 'that it is none', answer: failure('invalid_auth') },
      { what: 'that it was revoked', answer: failure('token_revoked') },
      { what: 'nothing', answer: { user_id: 'W12345678' } },
    ],
  },
}
