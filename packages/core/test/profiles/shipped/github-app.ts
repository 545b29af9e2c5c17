import { expect } from 'vitest'
import { jwtBearer } from '../../../src/client/grants/jwt-bearer.js'
import { githubApp } from '../../../src/profiles/index.js'
import { now, type ProfileFixture } from './fixture.js'

const headers = { accept: 'application/vnd.github+json', authorization: 'Bearer signed.by.us' }
const issued = {
  token: 'ghs_16C7e42F292c6912E7710c838347Ae178B4a',
  expires_at: new Date((now + 3600) * 1000).toISOString(),
  permissions: { issues: 'write', contents: 'read' },
  repository_selection: 'selected',
}
const client = () => ({ grant: jwtBearer({ assertion: () => 'signed.by.us' }) })

export const fixture: ProfileFixture = {
  profile: (origin) => githubApp({ installation: '61243', api: origin }),
  requests: [
    {
      grant: 'jwt_bearer',
      client,
      path: '/app/installations/61243/access_tokens',
      headers,
      body: '',
      answer: issued,
      status: 201,
      token: { accessToken: issued.token, tokenType: 'Bearer', expiresAt: now + 3600 },
    },
  ],
  answers: [
    {
      what: 'the documented answer',
      status: 201,
      body: issued,
      read: {
        accessToken: issued.token,
        tokenType: 'Bearer',
        lifetime: 3600,
        metadata: { permissions: issued.permissions, repository_selection: 'selected' },
        repairs: ['access_token stood elsewhere', 'token_type was missing', 'expires_in stood elsewhere'],
      },
    },
  ],
  errors: [
    {
      what: 'an assertion that is no good',
      status: 401,
      body: { message: 'A JSON web token could not be decoded', documentation_url: 'https://docs', status: '401' },
      error: { code: 'invalid_client', message: expect.stringContaining('A JSON web token could not be decoded') },
    },
    {
      what: 'an installation that was suspended',
      status: 403,
      body: { message: 'This installation has been suspended', status: '403' },
      error: { code: 'access_denied' },
    },
    {
      what: 'an installation of another app',
      status: 404,
      body: { message: 'Not Found', status: '404' },
      error: { code: 'invalid_request' },
    },
  ],
  revocation: {
    client,
    issued,
    issuedStatus: 201,
    requests: [
      {
        method: 'DELETE',
        path: '/installation/token',
        headers: { accept: 'application/vnd.github+json', authorization: `Bearer ${issued.token}` },
        body: '',
      },
    ],
  },
}
