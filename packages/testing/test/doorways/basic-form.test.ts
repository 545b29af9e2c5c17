import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type AuthorizationServer,
  type ClientDoorway,
  startAuthorizationServer,
  type TestCredentials,
} from '../../src/index.js'
import {
  formBasic,
  introspect,
  members,
  rawBasic,
  type Seen,
  send,
  sendForm,
  textMember,
  verified,
} from '../support.js'

let server: AuthorizationServer
let basicForm: ClientDoorway

beforeAll(async () => {
  server = await startAuthorizationServer({ profiles: ['basicForm'] })
  basicForm = server.doorways.basicForm
})

afterAll(() => server.close())

/** What a lenient decoder would take: the same credentials, long enough to need padding, without it. */
function unpadded({ clientId, clientSecret }: TestCredentials): { readonly authorization: string } {
  const length = Buffer.byteLength(`${clientId}:${clientSecret}`)
  expect(length % 3).not.toBe(0)
  const { authorization } = rawBasic({ clientId, clientSecret })
  return { authorization: authorization.replaceAll('=', '') }
}

const grant = { grant_type: 'client_credentials' }
const ask = (form: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>>): Promise<Seen> =>
  sendForm(basicForm.tokenEndpoint, form, headers)

describe('the documented exchange', () => {
  test('stands at the documented path', () => {
    expect(basicForm.tokenEndpoint).toBe(`${basicForm.base}/oauth/v2/token`)
  })

  test('answers the documented members and no others', async () => {
    const { status, body } = await ask(grant, rawBasic(basicForm.client))
    expect(status).toBe(200)
    expect(Object.entries(members(body))).toEqual([
      ['token_type', 'Bearer'],
      ['expires_in', 3600],
      ['access_token', expect.any(String)],
    ])
  })

  test('issues JWTs without scopes', async () => {
    const { body } = await ask(grant, rawBasic(basicForm.client))
    const { header, claims } = await verified(basicForm, textMember(body, 'access_token'))
    expect(header.typ).toBe('JWT')
    expect(claims.client_id).toBe('app@customer.test')
    expect(claims).not.toHaveProperty('scope')
  })
})

test.for(['app@customer.test', 'zoë & co', 'a b', '100%', 'a+b', '客户'])(
  'knows the client %s by its plain id',
  async (clientId) => {
    const credentials = { clientId, clientSecret: `test-only pässword:+%2B${clientId}` }
    await using own = await startAuthorizationServer({
      profiles: ['basicForm'],
      clients: { basicForm: { client: credentials } },
    })
    const doorway = own.doorways.basicForm
    expect(doorway.client).toEqual({ ...credentials, scopes: [] })
    const { status, body } = await sendForm(doorway.tokenEndpoint, grant, rawBasic(credentials))
    expect(status).toBe(200)
    const token = textMember(body, 'access_token')
    expect((await verified(doorway, token)).claims).toMatchObject({ client_id: clientId, sub: clientId })
    expect(await introspect(doorway, token)).toMatchObject({ active: true, client_id: clientId })
  },
)

describe('refuses', () => {
  test('wrong credentials by 401 with HTML', async () => {
    const { status, headers, body } = await ask(grant, rawBasic({ ...basicForm.client, clientSecret: 'wrong' }))
    expect(status).toBe(401)
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(body).toMatch(/^<!doctype html>/)
  })

  test('wrong credentials by 401 with nothing, where it is told to', async () => {
    await using own = await startAuthorizationServer({ profiles: ['basicForm'], basicForm: { refusal: 'empty' } })
    const { status, headers, body } = await sendForm(
      own.doorways.basicForm.tokenEndpoint,
      grant,
      rawBasic({ clientId: 'nobody', clientSecret: 'wrong' }),
    )
    expect({ status, type: headers['content-type'], body }).toEqual({ status: 401, type: undefined, body: '' })
  })

  test.for<[what: string, status: number, headers: () => Readonly<Record<string, string>>]>([
    ['no credentials', 401, () => ({})],
    ['form-encoded credentials', 401, () => formBasic(basicForm.client)],
    ['another scheme', 401, () => ({ authorization: `Bearer ${basicForm.client.clientSecret}` })],
    ['what is no Base64', 401, () => ({ authorization: 'Basic %%%' })],
    ['credentials without a colon', 401, () => ({ authorization: `Basic ${Buffer.from('app').toString('base64')}` })],
    ['Base64 without its padding', 401, () => unpadded(basicForm.client)],
    ['Base64 of what is no UTF-8', 401, () => ({ authorization: 'Basic /zo6/w==' })],
    ['JSON', 415, () => ({ ...rawBasic(basicForm.client), 'content-type': 'application/json' })],
  ])('%s by %i', async ([, status, headers]) => {
    const answer = await ask(grant, headers())
    expect(answer.status).toBe(status)
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
  })

  test.for<[what: string, form: Readonly<Record<string, string>>]>([
    ['another grant', { grant_type: 'password' }],
    ['a scope', { ...grant, scope: 'accounts:read' }],
    ['credentials in the body', { ...grant, client_id: 'app@customer.test' }],
    ['no grant', {}],
  ])('%s by 400', async ([, form]) => {
    expect((await ask(form, rawBasic(basicForm.client))).status).toBe(400)
  })

  test('another method', async () => {
    const { status, headers } = await send('GET', basicForm.tokenEndpoint)
    expect({ status, allow: headers.allow }).toEqual({ status: 405, allow: 'POST' })
  })
})
