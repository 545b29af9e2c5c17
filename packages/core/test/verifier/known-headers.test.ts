import { describe, expect, test } from 'vitest'
import { KnownHeaders } from '../../src/verifier/known-headers.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { refusalOf } from './support/refused.js'
import { audience, clockAt, createSigner, issuer } from './support/tokens.js'

describe('KnownHeaders', () => {
  test('finds a header by its whole segment', () => {
    const headers = new KnownHeaders()
    headers.keep('abc.x.y', { alg: 'ES256' })
    expect(headers.of('abc.other.signature')).toEqual({ alg: 'ES256' })
    for (const other of ['abcd.x.y', 'ab.x.y', '.abc.y', 'abc', 'abcd', '']) expect(headers.of(other)).toBeUndefined()
  })

  test('keeps none that is long, and no more than 256', () => {
    const headers = new KnownHeaders()
    headers.keep(`${'a'.repeat(513)}.x.y`, { alg: 'ES256' })
    expect(headers.of(`${'a'.repeat(513)}.x.y`)).toBeUndefined()
    for (let i = 0; i <= 256; i++) headers.keep(`${i}.x.y`, { kid: i })
    expect([headers.of('0.x.y'), headers.of('1.x.y')]).toEqual([undefined, { kid: 1 }])
  })
})

describe('a token whose header is known', async () => {
  const signer = await createSigner('ES256')
  const setUp = async () => {
    const verifier = createVerifier({ issuer, audience, jwks: { keys: [signer.jwk] }, now: clockAt() })
    await verifier.verify(await signer.sign())
    return verifier
  }

  test.for([
    ['a stranger in its payload', (text: string) => text.replace(/\.\w/, '. '), 'invalid_request'],
    ['a fourth segment', (text: string) => `${text}.`, 'invalid_token'],
    ['no signature', (text: string) => text.replace(/[^.]*$/, ''), 'invalid_token'],
    ['another spelling of its signature', (text: string) => `${text}=`, 'invalid_token'],
  ] as const)('%s: is refused as by a verifier that never saw one', async ([, change, code]) => {
    const request = { headers: { authorization: `Bearer ${change(await signer.sign())}` } }
    const fresh = createVerifier({ issuer, audience, jwks: { keys: [signer.jwk] }, now: clockAt() })
    const [known, unknown] = [
      await refusalOf((await setUp()).authenticate(request)),
      await refusalOf(fresh.authenticate(request)),
    ]
    expect([known.code, known.reason]).toEqual([code, unknown.reason])
  })
})
