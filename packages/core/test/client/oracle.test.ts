import fc from 'fast-check'
import * as oauth from 'oauth4webapi'
import { describe, expect, test } from 'vitest'
import type { DeviceLogin } from '../../src/client/grants/device-code.js'
import { deviceCode } from '../../src/client/grants/device-code.js'
import { createTokenClient } from '../../src/client/token-client.js'
import { oauth2 } from '../../src/profiles/oauth2.js'
import { testClock } from '../support/clock.js'
import { everyGrant, theDeviceCode } from '../support/every-grant.js'
import { json, type LocalServer, type Received, serve } from '../support/local-server.js'
import { wellFormedAnswer, wellFormedAuthorization } from '../support/token-answers.js'

// The same cases each time: a test that fails must fail again.
const config = { seed: 6749, numRuns: 60 } as const

const clientId = 'client id'
const clientSecret = 'a secret: ü&%'
const begun = {
  device_code: theDeviceCode,
  user_code: 'WDJB-MJHT',
  verification_uri: 'https://as.example/device',
  expires_in: 600,
  interval: 1,
}

/** Answers token requests with `answer`, device authorization requests with `authorization`. */
async function started() {
  const answers: { answer: unknown; authorization: unknown } = { answer: {}, authorization: begun }
  const server = await serve(({ path }, response) =>
    json(response, path === '/device' ? answers.authorization : answers.answer),
  )
  return { server, answers, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

function profileOf({ origin }: LocalServer) {
  return oauth2({ tokenEndpoint: `${origin}/token`, deviceAuthorizationEndpoint: `${origin}/device` })
}

const insecure = { [oauth.allowInsecureRequests]: true } as const

/** What oauth4webapi sends and reads for a grant. */
async function byOauth4webapi({ origin }: LocalServer, { grant_type = '', ...own }: Readonly<Record<string, string>>) {
  const as = { issuer: origin, token_endpoint: `${origin}/token`, device_authorization_endpoint: `${origin}/device` }
  const client = { client_id: clientId }
  const auth = oauth.ClientSecretBasic(clientSecret)
  const more = { ...insecure, additionalParameters: {} }
  switch (grant_type) {
    case 'client_credentials': {
      const response = await oauth.clientCredentialsGrantRequest(as, client, auth, own, insecure)
      return await oauth.processClientCredentialsResponse(as, client, response)
    }
    case 'refresh_token': {
      const response = await oauth.refreshTokenGrantRequest(as, client, auth, own.refresh_token ?? '', more)
      return await oauth.processRefreshTokenResponse(as, client, response)
    }
    case 'urn:ietf:params:oauth:grant-type:device_code': {
      const begin = await oauth.deviceAuthorizationRequest(as, client, auth, {}, insecure)
      const { device_code } = await oauth.processDeviceAuthorizationResponse(as, client, begin)
      const response = await oauth.deviceCodeGrantRequest(as, client, auth, device_code, more)
      return await oauth.processDeviceCodeResponse(as, client, response)
    }
    default: {
      const response = await oauth.genericTokenEndpointRequest(as, client, auth, grant_type, own, insecure)
      return await oauth.processGenericTokenEndpointResponse(as, client, response)
    }
  }
}

/** What of a request an authorization server goes by. */
function meaningOf({ method, path, headers, body }: Received) {
  const { authorization, accept, 'content-type': type = '' } = headers
  const parameters = new URLSearchParams(body)
  parameters.sort()
  return { method, path, authorization, accept, type: type.split(';')[0], parameters: [...parameters] }
}

describe('oauth4webapi sends the same, and reads the same from any well-formed answer', () => {
  test.for(everyGrant)('$name', async ({ make, own }) => {
    await using t = await started()
    await fc.assert(
      fc.asyncProperty(wellFormedAnswer, async (answer) => {
        t.answers.answer = answer
        const { now, seconds } = testClock()
        const client = createTokenClient({ profile: profileOf(t.server), clientId, clientSecret, grant: make(), now })
        const before = t.server.requests.length
        const ours = await client.getToken()
        const middle = t.server.requests.length
        const theirs = await byOauth4webapi(t.server, own)
        expect(t.server.requests.slice(before, middle).map(meaningOf)).toEqual(
          t.server.requests.slice(middle).map(meaningOf),
        )
        expect(ours.accessToken).toBe(theirs.access_token)
        expect(ours.tokenType.toLowerCase()).toBe(theirs.token_type)
        expect(ours.scope).toBe(theirs.scope)
        expect(ours.expiresAt).toBe(Math.floor(seconds() + (theirs.expires_in ?? Number.NaN)))
        // RFC 6749 §6: without a new one the old one goes on.
        expect(ours.refreshToken).toBe(theirs.refresh_token ?? own.refresh_token)
      }),
      config,
    )
  })

  test('device authorization answers', async () => {
    await using t = await started()
    const as = { issuer: t.server.origin }
    await fc.assert(
      fc.asyncProperty(wellFormedAuthorization, async (authorization) => {
        t.answers.authorization = authorization
        t.answers.answer = { access_token: 'token', token_type: 'Bearer', expires_in: 60 }
        const { now, seconds } = testClock()
        const seen: { login?: DeviceLogin; waited?: number } = {}
        const grant = deviceCode({
          show: (login) => {
            seen.login = login
          },
          wait: async (wait) => {
            seen.waited = wait
          },
        })
        await createTokenClient({ profile: profileOf(t.server), clientId, clientSecret, grant, now }).getToken()
        const response = Response.json(authorization)
        const theirs = await oauth.processDeviceAuthorizationResponse(as, { client_id: clientId }, response)
        expect(seen.login).toMatchObject({
          userCode: theirs.user_code,
          verificationUri: theirs.verification_uri,
          expiresAt: seconds() + theirs.expires_in,
        })
        expect(seen.login?.verificationUriComplete).toBe(theirs.verification_uri_complete)
        expect(seen.waited).toBe(Math.min(theirs.interval ?? 5, theirs.expires_in))
        const sent = new URLSearchParams(t.server.requests.at(-1)?.body)
        expect(sent.get('device_code')).toBe(theirs.device_code)
      }),
      config,
    )
  })
})
