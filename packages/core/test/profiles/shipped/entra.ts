import { expect } from 'vitest'
import { jwtBearer } from '../../../src/client/grants/jwt-bearer.js'
import { password, refreshToken } from '../../../src/client/grants/standard.js'
import { entra } from '../../../src/profiles/index.js'
import { allowTenants } from '../../../src/verifier/tenants.js'
import { deviceAnswer, deviceGrant, onDevice } from './device.js'
import type { ProfileFixture } from './fixture.js'

const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee'
const other = 'bbbbcccc-1111-dddd-2222-eeee3333ffff'
const api = '00001111-aaaa-2222-bbbb-3333cccc4444'
const app = '11112222-bbbb-3333-cccc-4444dddd5555'
const person = 'aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb'
const path = `/${tenant}/oauth2/v2.0/token`
const client = { clientId: app, clientSecret: 'my-secret' }
const asClient = [
  ['client_id', app],
  ['client_secret', 'my-secret'],
] as const
const keys = { v1: `/${tenant}/discovery/keys`, v2: `/${tenant}/discovery/v2.0/keys` }

export const fixture: ProfileFixture = {
  profile: (origin) => entra({ tenant, resource: 'api://ledger', base: origin, sts: `${origin}/sts` }),
  requests: [
    {
      grant: 'client_credentials',
      client: () => client,
      path,
      body: [...asClient, ['grant_type', 'client_credentials'], ['scope', 'api://ledger/.default']],
      token: { tokenType: 'Bearer' },
    },
    {
      grant: 'client_credentials',
      client: () => ({ ...client, scope: 'https://graph.microsoft.com/.default', parameters: { client_info: '1' } }),
      path,
      body: [
        ...asClient,
        ['grant_type', 'client_credentials'],
        ['scope', 'https://graph.microsoft.com/.default'],
        ['client_info', '1'],
      ],
    },
    {
      grant: 'password',
      client: () => ({ ...client, scope: 'user.read', grant: password({ username: 'ada', password: 'hers' }) }),
      path,
      body: [
        ...asClient,
        ['grant_type', 'password'],
        ['username', 'ada'],
        ['password', 'hers'],
        ['scope', 'user.read'],
      ],
    },
    {
      grant: 'refresh_token',
      client: () => ({ ...client, scope: 'user.read', grant: refreshToken('OAAABAAAAiL9Kn2Z27') }),
      path,
      body: [
        ...asClient,
        ['grant_type', 'refresh_token'],
        ['refresh_token', 'OAAABAAAAiL9Kn2Z27'],
        ['scope', 'user.read'],
      ],
    },
    {
      grant: 'jwt_bearer',
      client: () => ({ ...client, grant: jwtBearer({ assertion: 'the.callers.token', reusable: true }) }),
      path,
      body: [
        ...asClient,
        ['grant_type', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
        ['assertion', 'the.callers.token'],
        ['requested_token_use', 'on_behalf_of'],
        ['scope', 'api://ledger/.default'],
      ],
    },
    {
      grant: 'device_code',
      client: () => ({ clientId: app, scope: 'user.read', grant: onDevice() }),
      before: {
        path: `/${tenant}/oauth2/v2.0/devicecode`,
        body: [
          ['client_id', app],
          ['scope', 'user.read'],
        ],
        answer: { ...deviceAnswer, message: 'To sign in, use a web browser' },
      },
      path,
      body: [['client_id', app], ...deviceGrant],
    },
  ],
  answers: [
    {
      what: 'a token for an application',
      body: { token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599, access_token: 'eyJ0eXAi' },
      read: { accessToken: 'eyJ0eXAi', lifetime: 3599, scope: undefined, repairs: [] },
    },
    {
      what: 'a session',
      grant: 'authorization_code',
      body: {
        token_type: 'Bearer',
        scope: 'user.read',
        expires_in: 3736,
        refresh_in: 1868,
        access_token: 'eyJ0eXAi',
        refresh_token: 'AwABAAAAvPM1KaPlrEqdFSBzjqfTGAMxZGUTdM0t4B4',
        client_info: 'eyJ1aWQiOiIxIn0',
      },
      read: { lifetime: 3736, refreshIn: 1868, metadata: { client_info: 'eyJ1aWQiOiIxIn0' }, repairs: [] },
    },
    {
      what: 'the first version, which writes its numbers as strings',
      body: {
        token_type: 'Bearer',
        expires_in: '3599',
        expires_on: '1800003599',
        not_before: '1799999999',
        resource: 'api://ledger',
        access_token: 'eyJ0eXAi',
      },
      read: { lifetime: 3599, repairs: ['expires_in was a string'] },
    },
  ],
  errors: [
    {
      what: 'a wrong secret',
      status: 401,
      body: {
        error: 'invalid_client',
        error_description: 'AADSTS7000215: Invalid client secret provided.',
        error_codes: [7000215],
        trace_id: '0000aaaa-11bb-cccc-dd22-eeeeee333333',
      },
      error: { code: 'invalid_client', message: expect.stringContaining('AADSTS7000215') },
    },
    {
      what: 'a scope of no resource',
      status: 400,
      body: { error: 'invalid_scope', error_description: 'AADSTS70011: The provided scope is not valid.' },
      error: { code: 'invalid_scope' },
    },
    {
      what: 'a resource the tenant does not have',
      status: 400,
      body: { error: 'invalid_resource', error_description: 'AADSTS500011: The resource principal was not found.' },
      error: { code: 'invalid_target' },
    },
    {
      what: 'a second factor that is wanted, with what to ask for',
      status: 400,
      body: {
        error: 'interaction_required',
        suberror: 'basic_action',
        error_description: 'AADSTS50076: you must use multi-factor authentication',
        claims: '{"access_token":{"polids":{"essential":true,"values":["00aa00aa"]}}}',
      },
      error: {
        code: 'interaction_required',
        interaction: {
          kind: 'interaction',
          handle: '{"access_token":{"polids":{"essential":true,"values":["00aa00aa"]}}}',
        },
      },
    },
    {
      what: 'a consent that is missing',
      status: 400,
      body: { error: 'invalid_grant', suberror: 'consent_required', error_description: 'AADSTS65001: no consent' },
      error: { code: 'interaction_required', interaction: { kind: 'consent' } },
    },
    {
      what: 'a session that is over',
      status: 400,
      body: { error: 'invalid_grant', error_description: 'AADSTS700082: The refresh token has expired.' },
      error: { code: 'invalid_grant' },
    },
  ],
  tokens: {
    audience: api,
    options: () => ({ tenants: allowTenants([tenant]) }),
    jwks: [keys.v1, keys.v2],
    key: (origin, path) => (path === keys.v2 ? { issuer: `${origin}/{tenantid}/v2.0` } : {}),
    claims: (origin) => ({
      aud: api,
      iss: `${origin}/${tenant}/v2.0`,
      azp: app,
      azpacr: '1',
      oid: person,
      scp: 'Accounts.Read Accounts.Write',
      sub: 'AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ',
      tid: tenant,
      ver: '2.0',
    }),
    verified: {
      subject: 'AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ',
      clientId: app,
      scopes: ['Accounts.Read', 'Accounts.Write'],
    },
    alsoGood: (origin) => [
      {
        what: 'a token of the first version',
        claims: { iss: `${origin}/sts/${tenant}/`, azp: undefined, appid: app, appidacr: '1', ver: '1.0' },
        verified: { issuer: `${origin}/sts/${tenant}/`, clientId: app },
      },
      {
        what: 'a token of an application, with roles in place of scopes',
        claims: { scp: undefined, roles: ['Accounts.Read.All'], sub: person, idtyp: 'app' },
        verified: { subject: person, scopes: ['Accounts.Read.All'] },
      },
    ],
    refused: (origin) => [
      { what: 'another tenant', claims: { iss: `${origin}/${other}/v2.0`, tid: other } },
      { what: 'a tid of another tenant', claims: { tid: other } },
      { what: 'no tid', claims: { tid: undefined } },
      { what: 'the issuer of all tenants', claims: { iss: `${origin}/{tenantid}/v2.0` } },
      { what: 'the issuer of the first version without its slash', claims: { iss: `${origin}/sts/${tenant}` } },
      { what: 'a token for Graph', claims: { aud: '00000003-0000-0000-c000-000000000000' } },
      { what: 'an ID token for the same application', claims: { azp: undefined, azpacr: undefined, scp: undefined } },
    ],
  },
}
