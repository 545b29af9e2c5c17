import { inspect } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import type { VerifierEvent } from '../../src/verifier/events.js'
import { introspect } from '../../src/verifier/introspect.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { json, startServer, text } from './support/http.js'
import { refusalOf } from './support/refused.js'
import { audience, claimsWith, clockAt, createSigner, issuer } from './support/tokens.js'

const signer = await createSigner('ES256')
const secret = 'planted-secret-51ae'
const opaque = 'planted-opaque-token-09bc'

/** Everything a careless log line could print of a value. */
function printed(value: unknown): string {
  const stack = value instanceof Error ? value.stack : ''
  return [
    inspect(value, { depth: 10, showHidden: true, getters: true }),
    JSON.stringify(value),
    String(value),
    stack,
  ].join('\n')
}

/** A token leaks when its signature does, or all that was signed. */
function partsOf(token: string): readonly string[] {
  const [header = '', payload = '', signature = ''] = token.split('.')
  return signature === '' ? [token] : [signature, payload, `${header}.${payload}`]
}

const rejections: unknown[] = []
const note = (reason: unknown) => rejections.push(reason)
process.on('unhandledRejection', note)
afterAll(() => {
  process.off('unhandledRejection', note)
})

describe('J-1 no token and no secret', () => {
  test('is in a token, a refusal, an answer or an event', async () => {
    await using server = await startServer(json({ active: false, reflected: opaque }))
    const events: VerifierEvent[] = []
    const verifier = createVerifier({
      issuers: [
        { issuer, jwks: { keys: [signer.jwk] } },
        {
          issuer: 'https://opaque.test',
          introspection: introspect({ endpoint: server.origin, clientId: 'api', clientSecret: secret }),
        },
      ],
      audience,
      now: clockAt(),
      onEvent: (event) => events.push(event),
    })
    const verify = (token: string) => verifier.verify(token)
    const authenticate = (token: string) => verifier.authenticate({ headers: { authorization: `Bearer ${token}` } })
    const good = await signer.sign()
    const bad = [
      await signer.sign(claimsWith({ exp: 1 })),
      await signer.sign(claimsWith({ aud: 'x' })),
      await signer.sign(claimsWith(), { kid: 'other' }),
      `${good.slice(0, -8)}AAAAAAAA`,
      `${good}.x.y`,
      opaque,
    ]
    const seen: unknown[] = [await verifier.verify(good), verifier, events]
    for (const token of bad) {
      for (const send of [verify, authenticate]) {
        const refusal = await refusalOf(send(token))
        const response = refusal.toResponse()
        seen.push(refusal, refusal.cause, refusal.answer, [...response.headers], await response.text())
      }
    }
    server.answer(text(opaque, {}, 500))
    seen.push(await refusalOf(verifier.verify('another')))
    const everything = seen.map(printed).join('\n')
    for (const planted of [secret, opaque, ...[good, ...bad].flatMap(partsOf)])
      expect(everything).not.toContain(planted)
  })

  test('J-3, J-4, J-5 the answer is the same whatever was wrong', async () => {
    await using server = await startServer(text('', {}, 500))
    const at = { issuer, audience, now: clockAt() }
    const verifier = createVerifier({ ...at, jwks: { keys: [signer.jwk] } })
    const refusals = [
      await signer.sign(claimsWith({ exp: 1 })),
      await signer.sign(claimsWith({ aud: 'x' })),
      await signer.sign(claimsWith({ iss: 'x' })),
      await signer.sign(claimsWith(), { kid: 'other' }),
      `${(await signer.sign()).slice(0, -8)}AAAAAAAA`,
      'garbage',
    ].map((token) => refusalOf(verifier.verify(token)))
    const answers = (await Promise.all(refusals)).map(({ answer }) => JSON.stringify(answer))
    expect(new Set(answers).size).toBe(1)
    const down = await refusalOf(createVerifier({ ...at, jwks: server.origin }).verify(await signer.sign()))
    expect(printed(down.answer)).not.toMatch(/127\.0\.0\.1|ECONN|jwks|key/)
  })
})

describe('J-9 whatever goes wrong inside', () => {
  const token = signer.sign()

  test.for<readonly [string, object]>([
    [
      'a clock that throws',
      {
        now: () => {
          throw new Error(secret)
        },
      },
    ],
    [
      'a fetch that throws',
      {
        jwks: 'https://as.test/jwks',
        fetch: () => {
          throw new Error(secret)
        },
      },
    ],
    ['a fetch that answers nothing', { jwks: 'https://as.test/jwks', fetch: async () => undefined }],
    [
      'a fetch that never wrote its body',
      {
        jwks: 'https://as.test/jwks',
        fetch: async () => ({ status: 200, headers: new Headers(), body: null, type: 'basic' }),
      },
    ],
  ])('%s: it is a refusal that says nothing', async ([, options]) => {
    const verifier = createVerifier({ issuer, audience, jwks: { keys: [signer.jwk] }, ...options })
    const refusal = await refusalOf(verifier.verify(await token))
    expect(refusal.code).toBe('temporarily_unavailable')
    expect(printed(refusal)).not.toContain(secret)
  })

  test('a listener that fails, now or later, changes nothing', async () => {
    const at = { issuer, audience, jwks: { keys: [signer.jwk] }, now: clockAt() }
    const throwing = createVerifier({
      ...at,
      onEvent: () => {
        throw new Error(secret)
      },
    })
    await throwing.verify(await token)
    const onEvent = async () => Promise.reject(new Error(secret))
    const careless: object = { onEvent }
    await createVerifier({ ...at, ...careless }).verify(await token)
    await new Promise((resolve) => setImmediate(resolve))
    expect(rejections).toEqual([])
  })

  test('J-15 a thousand refusals leave no unhandled rejection', async () => {
    await using server = await startServer(json({ keys: [signer.jwk] }))
    const verifier = createVerifier({ issuer, audience, jwks: server.origin, now: clockAt() })
    const good = await token
    for (let i = 0; i < 1000; i++) await refusalOf(verifier.verify(`${good.slice(0, i % good.length)}!`))
    await new Promise((resolve) => setImmediate(resolve))
    expect(rejections).toEqual([])
  })
})
