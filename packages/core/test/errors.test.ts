import { describe, expect, test } from 'vitest'
import { formatChallenges } from '../src/challenge.js'
import { AuthError, BearerError, type BearerErrorCode, TokenRequestError } from '../src/errors.js'

describe('a BearerError', () => {
  test.for<readonly [BearerErrorCode, number, string | undefined, string | null]>([
    ['missing_token', 401, undefined, 'Bearer realm="api"'],
    [
      'invalid_request',
      400,
      'invalid_request',
      'Bearer realm="api", error="invalid_request", error_description="The request is malformed"',
    ],
    [
      'invalid_token',
      401,
      'invalid_token',
      'Bearer realm="api", error="invalid_token", error_description="The access token is invalid or has expired"',
    ],
    [
      'insufficient_scope',
      403,
      'insufficient_scope',
      'Bearer realm="api", error="insufficient_scope", error_description="The access token lacks a required scope"',
    ],
    [
      'insufficient_user_authentication',
      401,
      'insufficient_user_authentication',
      'Bearer realm="api", error="insufficient_user_authentication", error_description="A more recent or stronger authentication is required"',
    ],
    ['temporarily_unavailable', 503, 'temporarily_unavailable', null],
  ])('%s answers %i', async ([code, status, error, challenge]) => {
    const refusal = new BearerError({ code, reason: 'for the log' })
    expect(refusal).toMatchObject({ name: 'BearerError', code, status, error })
    expect(refusal).toBeInstanceOf(AuthError)
    expect(refusal.reason).toBe('for the log')
    expect(refusal.message).not.toContain('for the log')
    const response = refusal.toResponse()
    expect(response.status).toBe(status)
    expect(response.headers.get('www-authenticate')).toBe(challenge)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('content-type')).toBe('application/json')
    const body = await response.text()
    expect(body).toBe(refusal.answer.body)
    expect(body).not.toContain('for the log')
    expect(JSON.parse(body)).toMatchObject(error === undefined ? { message: 'Unauthorized' } : { error })
  })

  test('says when to come again', () => {
    const refusal = new BearerError({ code: 'temporarily_unavailable', reason: 'down', retryAfter: 7 })
    expect(refusal.toResponse().headers.get('retry-after')).toBe('7')
    expect(refusal.challenges).toEqual([])
  })

  test('names scope and metadata in its challenge', () => {
    const { challenges } = new BearerError({
      code: 'insufficient_scope',
      reason: 'x',
      realm: 'accounts',
      scope: ['a', 'b'],
      resourceMetadata: 'https://api.example.test/m',
    })
    expect(challenges[0]?.params).toMatchObject({
      realm: 'accounts',
      scope: 'a b',
      resource_metadata: 'https://api.example.test/m',
    })
  })
})

describe('a challenge', () => {
  test.for([
    ['quotes', 'a"b', '"a\\"b"'],
    ['backslashes', 'a\\b', '"a\\\\b"'],
    ['CR and LF', 'a\r\nSet-Cookie: x', '"a??Set-Cookie: x"'],
    ['other characters', 'Zoë \u0000 🦊', '"Zo? ? ??"'],
    ['a second challenge', 'a", Basic realm="b', '"a\\", Basic realm=\\"b"'],
  ] as const)('escapes %s', ([, realm, expected]) => {
    expect(formatChallenges([{ scheme: 'Bearer', params: { realm } }])).toBe(`Bearer realm=${expected}`)
  })

  test('stands beside others', () => {
    const bearer = { scheme: 'Bearer', params: { realm: 'api' } }
    expect(formatChallenges([bearer, { scheme: 'DPoP', params: {} }])).toBe('Bearer realm="api", DPoP')
    expect(formatChallenges([])).toBe('')
  })
})

describe('a TokenRequestError', () => {
  test('is told apart by its code and keeps a handle to itself', () => {
    const interaction = { kind: 'two_factor', handle: 'planted-handle' }
    const error = new TokenRequestError({ code: 'interaction_required', message: 'A second factor', interaction })
    expect(error).toMatchObject({ code: 'interaction_required', retryable: false, status: undefined })
    expect(error).toBeInstanceOf(AuthError)
    expect(error.interaction?.handle).toBe('planted-handle')
    expect(`${JSON.stringify(error)}${String(error)}${Object.keys(error).join()}`).not.toMatch(/planted|interaction:/)
  })
})
