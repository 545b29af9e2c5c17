import { expect } from 'vitest'
import { refreshToken } from '../../../src/client/grants/standard.js'
import { github } from '../../../src/profiles/index.js'
import { deviceAnswer, deviceGrant, onDevice } from './device.js'
import type { ProfileFixture } from './fixture.js'

const path = '/login/oauth/access_token'
const client = { clientId: 'Iv1.8a61f9b3a7aba766', clientSecret: 'my-secret' }
const token = 'gho_16C7e42F292c6912E7710c838347Ae178B4a'
const checked = {
  id: 1,
  url: 'https://api.github.com/authorizations/1',
  scopes: ['public_repo', 'user'],
  token,
  token_last_eight: 'Ae178B4a',
  hashed_token: '25f94a2a5c7fbaf499c665bc73d67c1c87e496da8985131633ee0a95819db2e8',
  app: { url: 'http://my-github-app.com', name: 'my github app', client_id: client.clientId },
  note: null,
  expires_at: null,
  user: { login: 'octocat', id: 1, node_id: 'MDQ6VXNlcjE=', type: 'User', site_admin: false },
}
/** Errors come with status 200. */
const failure = (error: string) => ({ error, error_description: 'Something is wrong.', error_uri: '/apps/#x' })

export const fixture: ProfileFixture = {
  profile: (origin) => github({ clientId: client.clientId, base: origin, api: origin }),
  requests: [
    {
      grant: 'refresh_token',
      client: () => ({ ...client, grant: refreshToken('ghr_1B4a2e77838347a7E420ce178F2E7c6912E1') }),
      path,
      body: [
        ['client_id', client.clientId],
        ['client_secret', 'my-secret'],
        ['grant_type', 'refresh_token'],
        ['refresh_token', 'ghr_1B4a2e77838347a7E420ce178F2E7c6912E1'],
      ],
      answer: {
        access_token: 'ghu_16C7e42F292c6912E7710c838347Ae178B4a',
        expires_in: 28_800,
        refresh_token: 'ghr_next',
        refresh_token_expires_in: 15_897_600,
        scope: '',
        token_type: 'bearer',
      },
      token: { tokenType: 'Bearer', refreshToken: 'ghr_next', metadata: { refresh_token_expires_in: 15_897_600 } },
    },
    {
      grant: 'device_code',
      client: () => ({ clientId: client.clientId, scope: ['repo', 'gist'], grant: onDevice() }),
      before: {
        path: '/login/device/code',
        body: [
          ['client_id', client.clientId],
          ['scope', 'repo gist'],
        ],
        answer: deviceAnswer,
      },
      path,
      body: [['client_id', client.clientId], ...deviceGrant],
      token: { accessToken: token, scope: 'repo gist' },
    },
  ],
  answers: [
    {
      what: 'a token of an OAuth app, which does not end',
      body: { access_token: token, scope: 'repo,gist', token_type: 'bearer' },
      read: {
        accessToken: token,
        tokenType: 'Bearer',
        scope: 'repo gist',
        lifetime: 31_536_000,
        repairs: ['scope was joined by another sign than a space'],
      },
    },
    {
      what: 'a token of a GitHub App, as it was first documented',
      body: {
        access_token: 'ghu_a',
        expires_in: '28800',
        refresh_token: 'r1.refreshme',
        refresh_token_expires_in: '15811200',
        scope: '',
        token_type: 'bearer',
      },
      read: { lifetime: 28_800, refreshToken: 'r1.refreshme', scope: '' },
    },
  ],
  errors: [
    {
      what: 'a wrong secret',
      status: 200,
      body: failure('incorrect_client_credentials'),
      error: { code: 'invalid_client', message: expect.stringContaining('incorrect_client_credentials, status 200') },
    },
    { what: 'an unknown client', status: 404, body: { error: 'Not Found' }, error: { code: 'invalid_client' } },
    { what: 'a used code', status: 200, body: failure('bad_verification_code'), error: { code: 'invalid_grant' } },
    {
      what: 'a used refresh token',
      status: 200,
      body: failure('bad_refresh_token'),
      error: { code: 'invalid_grant' },
    },
    {
      what: 'a grant it does not have',
      status: 200,
      body: failure('unsupported_grant_type'),
      error: { code: 'unsupported_grant_type' },
    },
    {
      what: 'a mail address that is not verified',
      status: 200,
      body: failure('unverified_user_email'),
      error: { code: 'access_denied' },
    },
    {
      what: 'an app that was suspended',
      status: 200,
      body: failure('application_suspended'),
      error: { code: 'unauthorized_client' },
    },
  ],
  tokens: {
    audience: client.clientId,
    token,
    introspect: client,
    request: {
      path: `/applications/${client.clientId}/token`,
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        authorization: `Basic ${btoa('Iv1.8a61f9b3a7aba766:my-secret')}`,
      },
      body: JSON.stringify({ access_token: token }),
    },
    answer: checked,
    verified: { subject: 'MDQ6VXNlcjE=', clientId: client.clientId, scopes: ['public_repo', 'user'] },
    refused: [
      { what: 'that it does not know it', status: 404, answer: { message: 'Not Found' } },
      { what: 'that it is none', status: 422, answer: { message: 'Validation Failed' } },
      { what: "that it is another app's", answer: { ...checked, app: { client_id: 'Iv1.other' } } },
      { what: 'something about another token', answer: { ...checked, token: 'gho_other' } },
      { what: 'that it is over', answer: { ...checked, expires_at: '2027-01-01T00:00:00Z' } },
    ],
  },
}
