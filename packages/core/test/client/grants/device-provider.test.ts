import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'
import { describe, expect, test } from 'vitest'
import { type DeviceLogin, deviceCode } from '../../../src/client/grants/device-code.js'
import { createTokenClient } from '../../../src/client/token-client.js'
import { errorOf } from '../../support/client.js'

/** A provider of OpenID Connect whose user does at once what a test says, without a browser. */
async function startProvider() {
  const http = createServer()
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  const issuer = `http://127.0.0.1:${port}`
  const clientId = 'device'
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        token_endpoint_auth_method: 'none',
        grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
        redirect_uris: [],
        response_types: [],
      },
    ],
    features: { deviceFlow: { enabled: true }, devInteractions: { enabled: false } },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  })
  http.on('request', provider.callback())
  const find = async ({ userCode }: DeviceLogin) => {
    const found = await provider.DeviceCode.findByUserCode(userCode.replaceAll('-', ''))
    if (found === undefined) throw new Error('nobody knows this code')
    return found
  }
  return {
    client: { issuer, clientId },
    approve: async (login: DeviceLogin) => {
      const accountId = 'ada'
      const consent = new provider.Grant({ clientId, accountId })
      consent.addOIDCScope('openid offline_access')
      const code = await find(login)
      const grantId = await consent.save()
      Object.assign(code, {
        accountId,
        grantId,
        scope: 'openid offline_access',
        authTime: Math.floor(Date.now() / 1000),
      })
      await code.save()
    },
    deny: async (login: DeviceLogin) => {
      const code = await find(login)
      Object.assign(code, { error: 'access_denied', errorDescription: 'no' })
      await code.save()
    },
    [Symbol.asyncDispose]: () => {
      http.closeAllConnections()
      return new Promise<void>((resolve) => void http.close(() => resolve()))
    },
  }
}

describe('deviceCode() and oidc-provider', () => {
  test('a person logs in, the refresh token renews', async () => {
    await using server = await startProvider()
    let waits = 0
    let login: DeviceLogin | undefined
    const grant = deviceCode({
      show: (shown) => {
        login = shown
      },
      // The first question comes too early.
      wait: async () => {
        if (++waits === 2 && login !== undefined) await server.approve(login)
      },
    })
    const client = createTokenClient({ ...server.client, scope: 'openid offline_access', grant })
    const first = await client.getToken()
    expect(waits).toBe(2)
    expect(first.scope).toBe('openid offline_access')
    expect(login?.verificationUri).toBe(`${server.client.issuer}/device`)
    const second = await client.getToken({ forceRefresh: true })
    expect(second.accessToken).not.toBe(first.accessToken)
    expect(waits, 'nobody was asked again').toBe(2)
    client.close()
  })

  test('a person who says no', async () => {
    await using server = await startProvider()
    let login: DeviceLogin | undefined
    const show = (shown: DeviceLogin): void => {
      login = shown
    }
    const grant = deviceCode({ show, wait: async () => login && server.deny(login) })
    const client = createTokenClient({ ...server.client, scope: 'openid', grant })
    expect(await errorOf(client.getToken())).toMatchObject({ code: 'access_denied', status: 400 })
  })
})
