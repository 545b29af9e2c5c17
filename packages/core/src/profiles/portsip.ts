import { type ProfileFactory, shipped } from './define.js'

/** The host, or the whole base URL where the port or the path is another one. */
type Variables = { host: null; base: string } | { host: string; base: null }

/** A login that knows neither client, nor grant type, nor scope. */
const plain = { grant_type: null, client_id: null, scope: null } as const

/**
 * PortSIP PBX: a person signs in and gets opaque tokens, refreshed by a token that rotates.
 *
 * @example portsip({ host: 'pbx.example.com' }) // or portsip({ base: 'https://pbx.example.com/api' })
 */
export const portsip: ProfileFactory<Variables> = /* @__PURE__ */ shipped<Variables>({
  profile: 1,
  name: 'portsip',
  variables: { host: null, base: 'https://{+host}:8887/api' },
  grants: { sign_in: { url: '{+base}/auth/sign_in', body: 'json', rename: plain } },
  defaultGrant: 'sign_in',
  scope: { send: false },
  clientAuth: { methods: ['none'] },
  answer: {
    failure: [{ path: 'errors', exists: true }],
    interaction: [{ when: { path: 'two_factor_enabled', equals: true }, kind: 'two_factor', handle: 'token' }],
    // The documentation's prose has the second spelling, its examples the first.
    refreshToken: ['refresh_token', 'refresh_tokne'],
    lifetime: [
      { path: 'expires_in', as: 'seconds' },
      { path: 'expires_at', as: 'rfc3339' },
    ],
    metadata: { role: 'role' },
    error: { code: '/errors/0/code', description: '/errors/0/message' },
  },
  errors: [
    { code: 'UNAUTHORIZED', is: 'invalid_grant' },
    { status: [400, 401], is: 'invalid_grant' },
  ],
  refresh: { url: '{+base}/auth/refresh_token', body: 'json', rename: plain, whenAbsent: 'keep' },
  revoke: { url: '{+base}/auth/sign_out', body: 'none', by: 'session', bearer: true, gone: [401, 404] },
  api: '{+base}',
  verify: { tokens: 'opaque', scopes: ['scope', 'role'] },
})
