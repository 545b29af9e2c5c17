import { describe, expect, test } from 'vitest'
import { TokenRequestError } from '../../../src/errors.js'
import { errorOf } from '../../support/client.js'
import { testClock } from '../../support/clock.js'
import { authorization, deviceOf, granted, serveDevices } from '../../support/device-server.js'
import { body, type HostileAnswer, hostileAnswers } from '../../support/hostile-answers.js'
import type { Handler } from '../../support/local-server.js'

const answer = (members: Readonly<Record<string, unknown>>, status = 200): Handler =>
  body(JSON.stringify(members), status)
const instead = (members: Readonly<Record<string, unknown>>): Handler => answer({ ...authorization, ...members })
const wrong = (members: Readonly<Record<string, unknown>>): readonly [code: string, handler: Handler] => [
  'invalid_response',
  instead(members),
]

describe('a device authorization answer that is not what it must be', () => {
  test.for<HostileAnswer>([
    ...hostileAnswers,
    ['no device code', ...wrong({ device_code: undefined })],
    ['an empty device code', ...wrong({ device_code: '' })],
    ['a device code that is null', ...wrong({ device_code: null })],
    ['a device code that is a number', ...wrong({ device_code: 1 })],
    ['a device code that is a list', ...wrong({ device_code: ['x'] })],
    ['a device code of two lines', ...wrong({ device_code: 'a\r\nb' })],
    ['a device code that is huge', ...wrong({ device_code: 'x'.repeat(5000) })],
    ['no user code', ...wrong({ user_code: undefined })],
    ['an empty user code', ...wrong({ user_code: '' })],
    ['a user code that is a number', ...wrong({ user_code: 12345678 })],
    ['a user code that nobody could type', ...wrong({ user_code: 'A'.repeat(65) })],
    ['a user code that colours a terminal', ...wrong({ user_code: '\u001b[31mWDJB' })],
    ['a user code of two lines', ...wrong({ user_code: 'WDJB\nvisit https://evil.example' })],
    ['a user code that turns the text around', ...wrong({ user_code: '\u202eTHMJ' })],
    ['a user code that cannot be seen', ...wrong({ user_code: '\u200bWDJB' })],
    ['no address', ...wrong({ verification_uri: undefined })],
    ['an address that is none', ...wrong({ verification_uri: 'as.example/device' })],
    ['an address that is a script', ...wrong({ verification_uri: 'javascript:alert(1)' })],
    ['an address that is data', ...wrong({ verification_uri: 'data:text/html,x' })],
    ['an address that is a file', ...wrong({ verification_uri: 'file:///etc/passwd' })],
    ['an address without TLS', ...wrong({ verification_uri: 'http://as.example/device' })],
    ['an address with credentials', ...wrong({ verification_uri: 'https://user:password@as.example/' })],
    ['an address of two lines', ...wrong({ verification_uri: 'https://as.example/\n' })],
    ['an address that ends a command', ...wrong({ verification_uri: 'https://as.example/ $(reboot)' })],
    ['an address in another script', ...wrong({ verification_uri: 'https://аs.example/' })],
    ['an address that is huge', ...wrong({ verification_uri: `https://as.example/${'x'.repeat(2048)}` })],
    ['an address that is a number', ...wrong({ verification_uri: 1 })],
    ['a complete address that is none', ...wrong({ verification_uri_complete: 'WDJB' })],
    ['a complete address that is a script', ...wrong({ verification_uri_complete: 'javascript:alert(1)' })],
    ['a complete address that is empty', ...wrong({ verification_uri_complete: '' })],
    ['no life', ...wrong({ expires_in: undefined })],
    ['a life of zero', ...wrong({ expires_in: 0 })],
    ['a life that is over', ...wrong({ expires_in: -1 })],
    ['a life that is a text', ...wrong({ expires_in: 'soon' })],
    ['a life that is a list', ...wrong({ expires_in: [600] })],
    ['a life that is true', ...wrong({ expires_in: true })],
    ['a life beyond numbers', 'invalid_response', body(JSON.stringify(authorization).replace('600', '1e400'))],
    ['an interval that is negative', ...wrong({ interval: -5 })],
    ['an interval that is a text', ...wrong({ interval: '5' })],
    ['an interval that is false', ...wrong({ interval: false })],
    ['an interval beyond numbers', 'invalid_response', body(JSON.stringify(authorization).replace(':5}', ':1e400}'))],
    ['members of a prototype', 'invalid_response', body(`{"__proto__":${JSON.stringify(authorization)}}`)],
    ['members in other cases', 'invalid_response', answer({ Device_Code: 'x', User_Code: 'WDJB' })],
    ['a form', 'invalid_response', body('device_code=x&user_code=WDJB')],
    ['a token', 'invalid_response', answer({ access_token: 'token', token_type: 'Bearer', expires_in: 300 })],
    ['another status', 'invalid_response', answer(authorization, 201)],
    ['a number as its error', 'invalid_request', answer({ error: 190 }, 400)],
    ['an error beside the codes', 'access_denied', instead({ error: 'access_denied' })],
    ['an error inside a 200', 'invalid_client', answer({ error: 'invalid_client' })],
  ])('%s is %s: no code is shown, nothing is asked, nothing is cached', async ([id, code, handler, timeout = 10]) => {
    await using server = await serveDevices(granted)
    server.authorize = handler
    const clock = testClock()
    const stored: string[] = []
    const cache = {
      get: async () => undefined,
      set: async (key: string) => void stored.push(key),
      delete: async () => undefined,
    }
    const { client, shown, waits } = deviceOf(server, clock, { timeout, cache })
    const error = await errorOf(client.getToken())
    expect(error, id).toBeInstanceOf(TokenRequestError)
    expect(error).toMatchObject({ code })
    expect(String(error)).not.toMatch(/\[object|undefined|[^\x20-\x7e]|WDJB|planted/)
    expect(String(error).length).toBeLessThan(500)
    expect([shown, waits, stored]).toEqual([[], [], []])
    expect(server.requests.length).toBe(1)
    clock.advance(4000)
    server.authorize = answer(authorization)
    expect((await client.getToken()).accessToken, 'a later call is not harmed').toMatch(/^token-/)
  })
})

describe('a device authorization answer that is unusual and good', () => {
  test.for<readonly [string, Readonly<Record<string, unknown>>, object]>([
    ['a code in another script', { user_code: 'ЖЦ-123' }, { userCode: 'ЖЦ-123' }],
    ['a code of digits', { user_code: '019 450 730' }, { userCode: '019 450 730' }],
    ['no complete address', { verification_uri_complete: undefined }, { verificationUriComplete: undefined }],
    ['a complete address that is null', { verification_uri_complete: null }, { verificationUriComplete: undefined }],
    [
      'an address without a path',
      { verification_uri: 'https://as.example' },
      { verificationUri: 'https://as.example' },
    ],
    ['loopback', { verification_uri: 'http://127.0.0.1:8/' }, { verificationUri: 'http://127.0.0.1:8/' }],
    ['a life in fractions', { expires_in: 600.7 }, { expiresAt: 1_800_000_600 }],
    ['a life of years', { expires_in: 1e12 }, { expiresAt: 1_800_003_600 }],
    ['an interval that is null', { interval: null }, {}],
    ['more than is known', { expires_at: 'x', message: 'x' }, {}],
  ])('%s', async ([, members, expected]) => {
    await using server = await serveDevices(granted)
    server.authorize = instead(members)
    const { client, shown } = deviceOf(server, testClock())
    await client.getToken()
    expect(shown).toMatchObject([expected])
  })
})
