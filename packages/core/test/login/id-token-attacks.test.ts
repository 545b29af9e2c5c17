import { createHash } from 'node:crypto'
import { base64url, exportJWK, generateKeyPair } from 'jose'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { LoginError } from '../../src/login/login-error.js'
import type { Login, LoginOptions } from '../../src/login/types.js'
import { secret } from '../support/client.js'
import { json, serve } from '../support/local-server.js'
import {
  accessToken,
  answerTo,
  begin,
  comeBack,
  logIn,
  loginAt,
  refusalOf,
  type ScriptedServer,
  startScripted,
} from './support/scripted.js'

let server: ScriptedServer
let login: Login

beforeEach(async () => {
  server = await startScripted()
  login = loginAt(server)
})

afterEach(() => server[Symbol.asyncDispose]())

/** The refusal of a login whose ID token is made by `make`, which is told the nonce. */
async function refused(
  make: (nonce: string) => Promise<string> | string,
  options: Partial<LoginOptions> = {},
): Promise<LoginError> {
  const own = loginAt(server, options)
  const begun = await begin(own)
  const answer = answerTo(server, begun)
  server.token = { id_token: await make(begun.sent.get('nonce') ?? '') }
  return await refusalOf(comeBack(own, answer, begun.cookie))
}

const unbelievable = { code: 'invalid_response', status: 502 }

const half = (text: string): string => createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url')

async function signerOf(kid: string) {
  const { publicKey, privateKey } = await generateKeyPair('RS256')
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256' } }
}

describe('I-12: an ID token', () => {
  test.for(['none', 'None', 'NONE', ''])('with alg %j is refused', async (alg) => {
    const error = await refused((nonce) => {
      const now = Math.floor(Date.now() / 1000)
      const claims = { iss: server.issuer, sub: 'ada', aud: 'app', iat: now, exp: now + 300, nonce }
      return `${base64url.encode(JSON.stringify({ alg }))}.${base64url.encode(JSON.stringify(claims))}.`
    })
    expect(error).toMatchObject(unbelievable)
  })

  test('signed by the client secret is refused', async () => {
    server.header = { alg: 'HS256' }
    expect(await refused((nonce) => server.sign({ nonce }, new TextEncoder().encode(secret)))).toMatchObject(
      unbelievable,
    )
  })

  test('signed by another key under the same id is refused', async () => {
    const { privateKey } = await generateKeyPair('RS256')
    expect(await refused((nonce) => server.sign({ nonce }, privateKey))).toMatchObject(unbelievable)
  })

  test('of an algorithm that is not allowed is refused', async () => {
    const error = await refused((nonce) => server.sign({ nonce }), { idTokenAlgorithms: ['ES256'] })
    expect(error).toMatchObject({ ...unbelievable, reason: "the ID token: alg is 'RS256'; allowed are ES256" })
  })

  test.for(['', 'x', 'a.b', 'a.b.c', 'e30.e30.e30.e30.e30', `e30.${'A'.repeat(70_000)}.e30`])(
    'that is none, or encrypted, is refused: %.20s',
    async (text) => {
      expect(await refused(() => text)).toMatchObject(unbelievable)
    },
  )

  test('signed by a key that its issuer has had since a moment ago is accepted, by one it has no more refused', async () => {
    const [before, after] = [await signerOf('before'), await signerOf('after')]
    let shown = before
    await using keys = await serve((_, response) => json(response, { keys: [shown.jwk] }))
    server.metadata = { jwks_uri: `${keys.origin}/jwks` }
    const own = loginAt(server, { endpointOrigins: [keys.origin] })
    const logInBy = async ({ kid, privateKey }: typeof before): Promise<Response> => {
      const begun = await begin(own)
      const answer = answerTo(server, begun)
      server.header = { kid }
      server.token = { id_token: await server.sign({}, privateKey) }
      return await comeBack(own, answer, begun.cookie)
    }
    expect((await logInBy(before)).status).toBe(303)
    shown = after
    expect((await logInBy(after)).status).toBe(303)
    expect(await refusalOf(logInBy(before))).toMatchObject(unbelievable)
  })

  test('that is missing is refused', async () => {
    const begun = await begin(login)
    server.token = { id_token: undefined }
    expect(await refusalOf(comeBack(login, answerTo(server, begun), begun.cookie))).toMatchObject(unbelievable)
  })
})

describe('I-13: an ID token', () => {
  test.for([
    ['for somebody else', { aud: 'another' }],
    ['for nobody', { aud: undefined }],
    ['for several, with somebody else as its authorized party', { aud: ['app', 'another'], azp: 'another' }],
    ['for us, with somebody else as its authorized party', { azp: 'another' }],
    ['for us, with an authorized party that is no text', { azp: ['app'] }],
    ['for several, without an authorized party', { aud: ['app', 'another'] }],
    ['of another issuer', { iss: 'https://another.example' }],
    ['that has expired', { exp: 1 }],
    ['without an end', { exp: undefined }],
    ['of another login', { nonce: 'another' }],
    ['without a nonce', { nonce: undefined }],
    ['about nobody', { sub: undefined }],
    ['about nobody with a name', { sub: '' }],
  ] as const)('%s is refused', async ([, claims]) => {
    expect(await refused((nonce) => server.sign({ nonce, ...claims }))).toMatchObject(unbelievable)
  })

  test('for several, with us as its authorized party, is accepted', async () => {
    server.claims = { aud: ['app', 'another'], azp: 'app' }
    expect((await logIn(server, login)).answer.status).toBe(303)
  })
})

describe('I-14: a hash of what came with it', () => {
  test.for(['at_hash', 'c_hash', 's_hash'])('%s that is wrong is refused', async (name) => {
    const error = await refused((nonce) => server.sign({ nonce, [name]: half('something else') }))
    expect(error).toMatchObject({ ...unbelievable, reason: `the ID token: its ${name} is wrong` })
  })

  test('that is right is accepted', async () => {
    const begun = await begin(login)
    const answer = answerTo(server, begun)
    server.claims = { ...server.claims, at_hash: half(accessToken), c_hash: half(answer.code) }
    expect((await comeBack(login, answer, begun.cookie)).status).toBe(303)
  })

  test.for(['EdDSA', 'Ed25519'])('is made by SHA-512 where the token is signed by %s', async (alg) => {
    const { publicKey, privateKey } = await generateKeyPair(alg)
    const jwk = { ...(await exportJWK(publicKey)), kid: 'two', alg }
    await using keys = await serve((_, response) => json(response, { keys: [jwk] }))
    server.metadata = { jwks_uri: `${keys.origin}/jwks` }
    server.header = { alg, kid: 'two' }
    const own = loginAt(server, { endpointOrigins: [keys.origin] })
    const begun = await begin(own)
    const answer = answerTo(server, begun)
    const hash = createHash('sha512').update(accessToken).digest().subarray(0, 32).toString('base64url')
    server.token = { id_token: await server.sign({ at_hash: hash }, privateKey) }
    expect((await comeBack(own, answer, begun.cookie)).status).toBe(303)
  })
})

describe('I-15: UserInfo', () => {
  test('about somebody else is refused', async () => {
    server.userInfo = (_, response) => json(response, { sub: 'mallory' })
    const begun = await begin(login)
    const asking = loginAt(server, { userInfo: true })
    expect(await refusalOf(comeBack(asking, answerTo(server, begun), begun.cookie))).toMatchObject(unbelievable)
  })

  test.for([{}, { sub: ['ada'] }, { sub: null }])('without a name is refused: %j', async (answer) => {
    server.userInfo = (_, response) => json(response, answer)
    const asking = loginAt(server, { userInfo: true })
    const begun = await begin(asking)
    expect(await refusalOf(comeBack(asking, answerTo(server, begun), begun.cookie))).toMatchObject(unbelievable)
  })

  test('that is nested deeper than anybody can walk is refused', async () => {
    const depth = 50_000
    server.userInfo = (_, response) => {
      response.setHeader('content-type', 'application/json')
      response.end(`{"sub":"ada","deep":${'['.repeat(depth)}${']'.repeat(depth)}}`)
    }
    const asking = loginAt(server, { userInfo: true })
    const begun = await begin(asking)
    expect(await refusalOf(comeBack(asking, answerTo(server, begun), begun.cookie))).toMatchObject(unbelievable)
  })

  test('about the same person is among the claims, under those of the ID token', async () => {
    server.userInfo = (_, response) => json(response, { sub: 'ada', email: 'ada@example.test', auth_time: 1 })
    server.claims = { auth_time: 1_800_000_000 }
    const asking = loginAt(server, { userInfo: true })
    const { cookie } = await logIn(server, asking)
    const session = await asking.session(new Request('https://app.example/', { headers: { cookie } }))
    expect(session?.claims).toMatchObject({ email: 'ada@example.test', auth_time: 1_800_000_000 })
    expect(server.sent('/me')[0]?.headers.authorization).toBe(`Bearer ${accessToken}`)
  })
})

test('I-15: how and when somebody logged in is nothing that UserInfo says', async () => {
  const said = {
    acr: 'urn:example:mfa',
    amr: ['mfa'],
    auth_time: 1_800_000_000,
    sid: 'planted',
    email: 'a@example.test',
  }
  server.userInfo = (_, response) => json(response, { sub: 'ada', ...said })
  const asking = loginAt(server, { userInfo: true })
  const { cookie } = await logIn(server, asking)
  const session = await asking.session(new Request('https://app.example/', { headers: { cookie } }))
  expect(session).toMatchObject({ acr: undefined, authenticatedAt: undefined, claims: { email: said.email } })
  expect(session?.claims).not.toHaveProperty('amr')
})

describe('I-16: of another kind', () => {
  test('an access token is no ID token', async () => {
    server.header = { typ: 'at+jwt' }
    expect(await refused((nonce) => server.sign({ nonce }))).toMatchObject(unbelievable)
  })

  test('a logout token is no ID token', async () => {
    server.header = { typ: 'logout+jwt' }
    expect(await refused((nonce) => server.sign({ nonce }))).toMatchObject(unbelievable)
  })

  test('an ID token is no logout token', async () => {
    const { cookie } = await logIn(server, login)
    const body = new URLSearchParams({ logout_token: await server.sign({ jti: 'one' }) })
    const request = new Request('https://app.example/auth/backchannel-logout', { method: 'POST', body })
    expect(await refusalOf(login.backChannelLogout(request))).toMatchObject({ code: 'invalid_request', status: 400 })
    expect(await login.session(new Request('https://app.example/', { headers: { cookie } }))).toBeDefined()
  })
})

test('a login that had to be recent has to prove it', async () => {
  const begun = await begin(login, { maxAge: 60 })
  expect(begun.sent.get('max_age')).toBe('60')
  const now = Math.floor(Date.now() / 1000)
  const answer = answerTo(server, begun)
  for (const [authTime, code] of [
    [undefined, 'invalid_response'],
    [now - 120, 'invalid_response'],
    [now + 3600, 'insufficient_user_authentication'],
  ] as const) {
    const another = await begin(login, { maxAge: 60 })
    server.claims = { auth_time: authTime }
    expect(await refusalOf(comeBack(login, answerTo(server, another), another.cookie))).toMatchObject({ code })
  }
  server.claims = { nonce: begun.sent.get('nonce'), auth_time: now - 30 }
  expect((await comeBack(login, answer, begun.cookie)).status).toBe(303)
})

test('a login that had to be of a kind has to be', async () => {
  const begun = await begin(login, { acrValues: ['urn:example:mfa'] })
  server.claims = { acr: 'urn:example:password' }
  const error = await refusalOf(comeBack(login, answerTo(server, begun), begun.cookie))
  expect(error).toMatchObject({ code: 'insufficient_user_authentication', status: 403 })
})
