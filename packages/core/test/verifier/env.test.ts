import { afterEach, describe, expect, test } from 'vitest'
import { verifierFromEnv } from '../../src/verifier/env.js'
import { json, startServer, text } from './support/http.js'
import { refusalOf, verdictOf } from './support/refused.js'
import { audience, claimsWith, createSigner, issuer } from './support/tokens.js'

const signer = await createSigner('ES256')
/** There is no clock to pass in here: these are good now. */
const now = Math.floor(Date.now() / 1000)
const current = claimsWith({ iat: now - 60, exp: now + 3600 })

describe('verifierFromEnv', () => {
  test('takes issuer, audiences, keys and realm', async () => {
    await using server = await startServer(json({ keys: [signer.jwk] }))
    const verifier = verifierFromEnv({
      AUTH_ISSUER: issuer,
      AUTH_AUDIENCE: ` https://other.test , ${audience}`,
      AUTH_JWKS_URI: server.origin,
      AUTH_REALM: 'accounts',
      AUTH_ALGORITHMS: 'ES256',
      AUTH_CLOCK_TOLERANCE: '5',
    })
    expect(await verdictOf(verifier.verify(await signer.sign(current)))).toBe('accepted')
    const refusal = await refusalOf(verifier.verify(await signer.sign({ ...current, aud: 'x' })))
    expect(refusal.challenges[0]?.params.realm).toBe('accounts')
  })

  test('takes what introspection needs', async () => {
    await using server = await startServer((request, response) => {
      const authorized = request.headers.authorization === `Basic ${btoa('api:secret')}`
      const answer = authorized ? json({ active: true, aud: audience, exp: now + 60 }) : text('', {}, 401)
      answer(request, response)
    })
    const verifier = verifierFromEnv({
      AUTH_ISSUER: issuer,
      AUTH_AUDIENCE: audience,
      AUTH_INTROSPECTION_ENDPOINT: `${server.origin}/introspect`,
      AUTH_CLIENT_ID: 'api',
      AUTH_CLIENT_SECRET: 'secret',
    })
    expect(await verdictOf(verifier.verify('opaque'))).toBe('accepted')
  })

  const complete = {
    AUTH_ISSUER: issuer,
    AUTH_AUDIENCE: audience,
    AUTH_INTROSPECTION_ENDPOINT: 'https://as.test/i',
    AUTH_CLIENT_ID: 'api',
    AUTH_CLIENT_SECRET: 's',
  }

  test.for(['AUTH_ISSUER', 'AUTH_AUDIENCE', 'AUTH_CLIENT_ID', 'AUTH_CLIENT_SECRET'])(
    'names %s when it is missing',
    (name) => {
      for (const value of [undefined, '', '  ', 7]) {
        expect(() => verifierFromEnv({ ...complete, [name]: value })).toThrow(TypeError)
        expect(() => verifierFromEnv({ ...complete, [name]: value })).toThrow(`variable ${name} is not set`)
      }
    },
  )

  test.for([
    ['AUTH_AUDIENCE', 'a,,b', /audience is/],
    ['AUTH_JWKS_URI', 'http://as.test/jwks', /must be https/],
    ['AUTH_ALGORITHMS', 'HS256', /HS256/],
    ['AUTH_CLOCK_TOLERANCE', 'soon', /a number of seconds/],
    ['AUTH_ISSUER', 'http://as.test', /must be https/],
    ['AUTH_ISSUER', 'https://as.test?a=b', /query/],
    ['AUTH_INTROSPECTION_ENDPOINT', 'http://as.test/i', /must be https/],
  ] as const)('refuses %s=%s and names it', ([name, value, message]) => {
    const { AUTH_INTROSPECTION_ENDPOINT, AUTH_CLIENT_ID, AUTH_CLIENT_SECRET, ...plain } = complete
    const env = { ...(name === 'AUTH_INTROSPECTION_ENDPOINT' ? complete : plain), [name]: value }
    expect(() => verifierFromEnv(env)).toThrow(TypeError)
    expect(() => verifierFromEnv(env)).toThrow(message)
    expect(() => verifierFromEnv(env)).toThrow(new RegExp(`^the environment variable ${name} is wrong: `))
  })

  test('does not introspect for an id and a secret alone: they may be those of a token client', async () => {
    await using server = await startServer(json({}))
    const env = { AUTH_ISSUER: server.origin, AUTH_AUDIENCE: audience, AUTH_CLIENT_ID: 'api', AUTH_CLIENT_SECRET: 's' }
    expect(await verdictOf(verifierFromEnv(env).verify('opaque'))).not.toBe('accepted')
    expect(server.paths.some((path) => path.includes('introspect'))).toBe(false)
  })

  describe('without an argument', () => {
    const before = { issuer: process.env.AUTH_ISSUER, audience: process.env.AUTH_AUDIENCE }
    afterEach(() => {
      for (const [name, value] of Object.entries({ AUTH_ISSUER: before.issuer, AUTH_AUDIENCE: before.audience })) {
        if (value === undefined) delete process.env[name]
        else process.env[name] = value
      }
    })

    test('reads those of the process', () => {
      delete process.env.AUTH_ISSUER
      expect(() => verifierFromEnv()).toThrow('AUTH_ISSUER')
      process.env.AUTH_ISSUER = issuer
      process.env.AUTH_AUDIENCE = audience
      expect(verifierFromEnv().scopes).toBeUndefined()
    })
  })
})
