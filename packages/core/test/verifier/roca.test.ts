import { describe, expect, test } from 'vitest'
import { hasRocaFingerprint } from '../../src/verifier/roca.js'

/** The product of the primes that the faulty generator builds on, for its smallest keys. */
const primorial = 962947420735983927056946215901134429196419130606213075415963491270n

/** A 2048-bit number that is a power of 65537 modulo all of them, as the product of two of its primes is. */
const factorable = (65537n ** 7n % primorial) + primorial * (2n ** 1830n + 12345n)

function bytesOf(number: bigint): Uint8Array {
  const hex = number.toString(16)
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
}

describe('the fingerprint of moduli that can be factored', () => {
  test('is seen', () => {
    expect(hasRocaFingerprint(bytesOf(factorable))).toBe(true)
    expect(hasRocaFingerprint(bytesOf(factorable * 65537n))).toBe(true)
  })

  test('is not seen in others', async () => {
    expect(hasRocaFingerprint(bytesOf(factorable + 2n))).toBe(false)
    const algorithm = {
      name: 'RSASSA-PKCS1-v1_5',
      modulusLength: 2048,
      publicExponent: Uint8Array.of(1, 0, 1),
      hash: 'SHA-256',
    }
    const { publicKey } = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
    const { n = '' } = await crypto.subtle.exportKey('jwk', publicKey)
    expect(hasRocaFingerprint(Buffer.from(n, 'base64url'))).toBe(false)
  })
})
