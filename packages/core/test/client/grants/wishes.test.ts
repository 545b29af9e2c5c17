import { describe, expect, test } from 'vitest'
import { createTokenClient } from '../../../src/client/token-client.js'
import { oauth2 } from '../../../src/profiles/oauth2.js'
import { testClock } from '../../support/clock.js'
import { everyGrant, theDeviceCode } from '../../support/every-grant.js'
import { json, type LocalServer, type Received, serve } from '../../support/local-server.js'

/** An authorization server that hands out refresh tokens, and keeps them. */
function started(): Promise<LocalServer> {
  return serve(({ path }, response, index) => {
    if (path === '/token') {
      const token = { access_token: `token-${index}`, token_type: 'Bearer', expires_in: 300 }
      return json(response, { ...token, refresh_token: 'session-1', scope: 'read write' })
    }
    json(response, {
      device_code: theDeviceCode,
      user_code: 'WDJB-MJHT',
      verification_uri: 'https://as.example/device',
      expires_in: 600,
    })
  })
}

function profileOf({ origin }: LocalServer) {
  return oauth2({ tokenEndpoint: `${origin}/token`, deviceAuthorizationEndpoint: `${origin}/device` })
}

const sent = ({ body }: Received) => [...new URLSearchParams(body)]

/** RFC 8707 §2: one parameter for each. */
const wishes = {
  resource: ['https://a.example/', 'https://b.example/'],
  audience: 'api',
  parameters: { tenant: 'blue', claims: '{"x":1}' },
}
const wished = [
  ['resource', 'https://a.example/'],
  ['resource', 'https://b.example/'],
  ['audience', 'api'],
  ['tenant', 'blue'],
  ['claims', '{"x":1}'],
]

describe.for(everyGrant)('$name', ({ name, make, own }) => {
  const isDevice = name === 'device_code'
  const client = { clientId: 'c', clientSecret: 'secret' }

  test('asks for the scope, the resources, the audience and what else is wished for', async () => {
    await using server = await started()
    await createTokenClient({
      ...client,
      profile: profileOf(server),
      grant: make(),
      scope: 'read write',
      ...wishes,
    }).getToken()
    const scope = ['scope', 'read write']
    const token = [...Object.entries(own), ...(isDevice ? [] : [scope]), ...wished]
    expect(server.requests.map(sent)).toEqual(isDevice ? [[['client_id', 'c'], scope, ...wished], token] : [token])
  })

  test('asks for nothing that nobody wished for', async () => {
    await using server = await started()
    await createTokenClient({ ...client, profile: profileOf(server), grant: make() }).getToken()
    const token = Object.entries(own)
    expect(server.requests.map(sent)).toEqual(isDevice ? [[['client_id', 'c']], token] : [token])
  })

  test('a call asks for its own instead', async () => {
    await using server = await started()
    const { getToken } = createTokenClient({
      ...client,
      profile: profileOf(server),
      grant: make(),
      scope: 'read',
      ...wishes,
    })
    await getToken({ scope: 'write', resource: 'https://c.example/' })
    const [first = []] = server.requests.map(sent)
    expect(first).toContainEqual(['scope', 'write'])
    expect(first.filter(([name]) => name === 'resource')).toEqual([['resource', 'https://c.example/']])
  })

  test('renews for the same, by the refresh token where there is one', async () => {
    const { now, advance } = testClock()
    await using server = await started()
    const { getToken } = createTokenClient({
      ...client,
      profile: profileOf(server),
      grant: make(),
      now,
      scope: 'read write',
      ...wishes,
    })
    await getToken()
    advance(301)
    await getToken()
    const refresh = [
      ['grant_type', 'refresh_token'],
      ['refresh_token', 'session-1'],
      ...(name === 'refresh_token' ? [['scope', 'read write']] : []),
    ]
    const again = [...Object.entries(own), ['scope', 'read write']]
    expect(sent(server.requests.at(-1) ?? { method: '', path: '', headers: {}, body: '' })).toEqual([
      ...(name === 'client_credentials' ? again : refresh),
      ...wished,
    ])
  })
})
