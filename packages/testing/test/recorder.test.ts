import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type AuthorizationServer, startAuthorizationServer } from '../src/index.js'
import { formBasic, send, sendForm, sendJson } from './support.js'

let server: AuthorizationServer

beforeAll(async () => {
  server = await startAuthorizationServer({ profiles: ['portx', 'aritma', 'portsip'] })
})

beforeEach(() => {
  for (const doorway of Object.values(server.doorways)) doorway.clearRequests()
})

afterAll(() => server.close())

describe('a request', () => {
  test('is kept as it was received', async () => {
    const { portx } = server.doorways
    await sendJson('POST', `${portx.tokenEndpoint}?a=1`, { grant_type: 'x' }, { 'X-Mixed-Case': 'kept As is' })
    const [request] = portx.requests
    expect(request).toMatchObject({
      endpoint: 'token',
      method: 'POST',
      path: '/portx/oauth/token?a=1',
      body: '{"grant_type":"x"}',
      status: 400,
    })
    expect(request?.headers).toContainEqual(['X-Mixed-Case', 'kept As is'])
    expect(request?.headers).toContainEqual(['content-length', '18'])
  })

  test('that was refused counts, too', async () => {
    const { portx } = server.doorways
    await send('GET', portx.tokenEndpoint)
    await send('GET', `${portx.base}/nothing`)
    expect(portx.requests.map(({ endpoint, status }) => [endpoint, status])).toEqual([
      ['token', 405],
      ['unknown', 404],
    ])
  })

  test('is seen at its own doorway only', async () => {
    const { portx, aritma } = server.doorways
    await send('GET', portx.jwksUri)
    expect([portx.count('jwks'), aritma.count('jwks')]).toEqual([1, 0])
  })

  test('cannot be changed afterwards', async () => {
    const { portx } = server.doorways
    await send('GET', portx.jwksUri)
    const before = portx.requests
    await send('GET', portx.jwksUri)
    expect([before.length, portx.requests.length]).toEqual([1, 2])
    portx.clearRequests()
    expect([before.length, portx.requests.length, portx.count('jwks')]).toEqual([1, 0, 0])
  })

  test('of a megabyte and more is not taken', async () => {
    const { portx } = server.doorways
    const answer = await send('POST', portx.tokenEndpoint, {}, 'x'.repeat(1024 * 1024 + 1)).catch(() => 'cut off')
    expect(answer === 'cut off' || answer).toSatisfy((seen) => seen === true || seen.status === 413)
    expect(portx.requests).toEqual([])
  })
})

test('the endpoints are told apart', async () => {
  const { aritma, portsip, portx } = server.doorways
  await sendForm(aritma.tokenEndpoint, { grant_type: 'client_credentials' })
  await sendForm(aritma.tokenEndpoint, { grant_type: 'refresh_token' })
  await sendForm(aritma.introspectionEndpoint, { token: 'x' }, formBasic(aritma.resourceServer))
  await sendForm(aritma.revocationEndpoint, { token: 'x' }, formBasic(aritma.client))
  await send('GET', aritma.jwksUri)
  await send('GET', `${aritma.issuer}/.well-known/openid-configuration`)
  expect(aritma.requests.map(({ endpoint }) => endpoint)).toEqual([
    'token',
    'refresh',
    'introspection',
    'revoke',
    'jwks',
    'metadata',
  ])
  for (const path of ['sign_in', 'refresh_token', 'sign_out']) await send('POST', `${portsip.base}/auth/${path}`)
  await send('GET', `${portsip.base}/auth/user`)
  expect(portsip.requests.map(({ endpoint }) => endpoint)).toEqual(['token', 'refresh', 'revoke', 'user'])
  expect(portx.requests).toEqual([])
})

describe('received', () => {
  test('resolves at once for what is there already', async () => {
    const { portx } = server.doorways
    await send('GET', portx.jwksUri)
    await portx.received('jwks', 1)
  })

  test('resolves when the n-th has arrived, before it is answered', async () => {
    const { portx } = server.doorways
    const hold = portx.hold('jwks')
    const third = portx.received('jwks', 3)
    const sent = [1, 2, 3].map(() => send('GET', portx.jwksUri))
    await third
    expect(portx.requests.map(({ status }) => status)).toEqual([undefined, undefined, undefined])
    hold.release()
    await Promise.all(sent)
  })

  test('rejects when the server closes first', async () => {
    const own = await startAuthorizationServer({ profiles: ['portx'] })
    const waiting = own.doorways.portx.received('token', 1)
    await own.close()
    await expect(waiting).rejects.toThrow("the server was closed before request 1 to 'token' arrived")
  })
})
