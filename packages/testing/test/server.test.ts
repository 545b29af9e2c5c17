import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type AuthorizationServer, type AuthorizationServerOptions, startAuthorizationServer } from '../src/index.js'
import { formBasic, rawBasic, send, sendForm, sendJson, verified } from './support.js'

afterEach(() => vi.restoreAllMocks())

describe('options', () => {
  test.for<[what: string, options: AuthorizationServerOptions, message: string]>([
    ['no profile', { profiles: [] }, "profiles must name at least one, such as ['portx']"],
    ['an empty audience', { audience: '' }, "audience must be a non-empty string, such as 'https://api.example.test'"],
    ['a lifetime of 0', { lifetime: 0 }, 'lifetime must be a whole number of seconds above 0, such as 5, not 0'],
    ['a fraction', { lifetime: 1.5 }, 'lifetime must be a whole number of seconds above 0, such as 5, not 1.5'],
    [
      'an empty secret',
      { clients: { portx: { client: { clientSecret: '' } } } },
      "clients.portx.client.clientSecret must be a non-empty string, such as 'my-clientSecret'",
    ],
    [
      'one id for two clients',
      { clients: { portx: { client: { clientId: 'a' }, limitedClient: { clientId: 'a' } } } },
      'clients.portx: client and limitedClient need different ids',
    ],
    [
      'a colon in a plain id',
      { clients: { basicForm: { client: { clientId: 'a:b' } } } },
      "clients.basicForm: an id cannot hold a ':', because it travels as it is before one",
    ],
  ])('refuse %s', async ([, options, message]) => {
    await expect(startAuthorizationServer(options)).rejects.toThrow(new TypeError(message))
  })

  test.for([
    [
      '{"profiles":["portal"]}',
      "unknown profile 'portal', expected one of portx, portsip, passport, basicForm, aritma",
    ],
    ['{"clients":{"portsip":{}}}', 'clients.portsip: there is no such doorway, or it has no clients'],
    ['{"clients":{"portal":{}}}', 'clients.portal: there is no such doorway, or it has no clients'],
    ['{"portsip":{"expiry":"never"}}', "portsip.expiry must be one of 'expires_in', 'expires_at', not 'never'"],
    ['{"basicForm":{"refusal":"json"}}', "basicForm.refusal must be one of 'html', 'empty', not 'json'"],
  ] as const)('refuse %s, which does not compile either', async ([json, message]) => {
    const options: AuthorizationServerOptions = JSON.parse(json)
    await expect(startAuthorizationServer(options)).rejects.toThrow(new TypeError(message))
  })

  test('set audience, lifetime and clients', async () => {
    const client = { clientId: 'utf8:own & id', clientSecret: 'test-only % + secret' }
    await using server = await startAuthorizationServer({
      profiles: ['aritma'],
      audience: 'accounts-api',
      lifetime: 7,
      clients: { aritma: { client } },
    })
    const { aritma } = server.doorways
    expect([server.audience, aritma.audience, aritma.lifetime, aritma.documentedLifetime]).toEqual([
      'accounts-api',
      'accounts-api',
      7,
      3600,
    ])
    const form = { grant_type: 'client_credentials' }
    const { body } = await sendForm(aritma.tokenEndpoint, form, formBasic(client))
    const { access_token, expires_in } = JSON.parse(body)
    expect(expires_in).toBe(7)
    expect((await verified(aritma, access_token)).claims.client_id).toBe(client.clientId)
  })

  test('leave secrets random, and different at each start', async () => {
    await using one = await startAuthorizationServer({ profiles: ['portx', 'portsip'] })
    await using two = await startAuthorizationServer({ profiles: ['portx', 'portsip'] })
    const secrets = [one, two].flatMap(({ doorways: { portx, portsip } }) => [
      portx.client.clientSecret,
      portx.limitedClient.clientSecret,
      portx.resourceServer.clientSecret,
      portsip.resourceServer.clientSecret,
      portsip.user.password,
      portsip.limitedUser.password,
      portsip.twoFactorUser.password,
    ])
    expect(new Set(secrets).size).toBe(14)
    for (const secret of secrets) expect(secret).toMatch(/^test-only-(secret|password)-[\w-]{24}$/)
  })

  test('refuse a lifetime set later, too', async () => {
    await using server = await startAuthorizationServer({ profiles: ['portx'] })
    const { portx } = server.doorways
    expect(() => {
      portx.lifetime = -1
    }).toThrow(TypeError)
    portx.lifetime = 2
    expect(portx.lifetime).toBe(2)
  })
})

describe('doorways', () => {
  test('that were not started say so', async () => {
    await using server = await startAuthorizationServer({ profiles: ['portx', 'aritma'] })
    expect(() => server.doorways.passport).toThrow("the doorway 'passport' was not started; started are: portx, aritma")
    expect(Object.keys(server.doorways)).toEqual(['portx', 'aritma'])
    expect((await send('GET', `${server.origin}/passport/jwks`)).status).toBe(404)
    expect((await send('GET', server.origin)).status).toBe(404)
  })

  test('are on 127.0.0.1', async () => {
    await using server = await startAuthorizationServer({ profiles: ['portx'] })
    expect(server.origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  })
})

test('nothing is printed, whatever is asked', async () => {
  const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) => vi.spyOn(console, name))
  await using server = await startAuthorizationServer()
  const { portx, portsip, passport, basicForm, aritma } = server.doorways
  const json = (clientId: string, clientSecret: string) => ({
    client_id: clientId,
    client_secret: clientSecret,
    grant_type: 'client_credentials',
  })
  await sendJson('POST', portx.tokenEndpoint, json(portx.client.clientId, portx.client.clientSecret))
  await sendJson('POST', passport.tokenEndpoint, json('nobody', 'wrong'), { 'accept-language': 'en' })
  await sendForm(basicForm.tokenEndpoint, { grant_type: 'client_credentials' }, rawBasic(basicForm.client))
  const { username, password } = portsip.user
  await sendJson('POST', portsip.tokenEndpoint, { username, password })
  await sendForm(aritma.tokenEndpoint, { grant_type: 'password', username, password, scope: 'offline_access' })
  for (const doorway of Object.values(server.doorways)) {
    const token = await doorway.issue()
    await sendForm(doorway.introspectionEndpoint, { token }, formBasic(doorway.resourceServer))
    await sendForm(doorway.revocationEndpoint, { token }, formBasic(doorway.resourceServer))
    await doorway.rotateKeys()
  }
  for (const spy of spies) expect(spy).not.toHaveBeenCalled()
})

describe('closing', () => {
  async function refused(server: AuthorizationServer): Promise<void> {
    await expect(send('GET', server.origin)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  }

  test('frees the port, and may be done twice', async () => {
    const server = await startAuthorizationServer({ profiles: ['portx'] })
    await server.close()
    await server.close()
    await refused(server)
  })

  test('happens at the end of the block', async () => {
    let kept: AuthorizationServer
    {
      await using server = await startAuthorizationServer({ profiles: ['portx'] })
      kept = server
    }
    await refused(kept)
  })

  test('ends idle connections and requests that wait', async () => {
    const server = await startAuthorizationServer({ profiles: ['portx'] })
    const { portx } = server.doorways
    const idle = connect(Number(new URL(server.origin).port), '127.0.0.1')
    await once(idle, 'connect')
    portx.hold('jwks')
    portx.answer('metadata', { stream: 'hang' })
    // Handled from the start: they break while the server closes, before anybody could wait for them.
    const broken = Promise.allSettled([
      send('GET', portx.jwksUri),
      send('GET', `${portx.issuer}/.well-known/openid-configuration`),
    ])
    await Promise.all([portx.received('jwks', 1), portx.received('metadata', 1)])
    const ended = once(idle, 'close')
    await server.close()
    expect(await broken).toMatchObject(Array(2).fill({ status: 'rejected', reason: { code: 'ECONNRESET' } }))
    idle.on('error', () => {})
    idle.end()
    await ended
  })
})
