import { describe, expect, test } from 'vitest'
import { importPublicKey } from '../../src/verifier/algorithms.js'
import type { SignatureCheck } from '../../src/verifier/signature.js'
import { checksOn } from '../../src/verifier/signature.node.js'
import { createSigner } from './support/tokens.js'

describe.for(['RS256', 'PS256', 'ES256', 'EdDSA'])('64 signatures of %s at once', (alg) => {
  async function verdicts(cores: number): Promise<readonly ReturnType<SignatureCheck>[]> {
    const { jwk, sign } = await createSigner(alg)
    const key = await importPublicKey({ ...jwk }, alg)
    if (key === undefined) throw new Error(`${alg} is unknown`)
    const token = await sign({})
    const end = token.lastIndexOf('.')
    const check = checksOn(cores)(alg, key)
    const signature = new Uint8Array(Buffer.from(token.slice(end + 1), 'base64url'))
    return Array.from({ length: 64 }, () => check(signature, token.slice(0, end)))
  }

  test('are checked at once on one core: other threads would only take turns with this one', async () => {
    expect(await verdicts(1)).toEqual(Array(64).fill(true))
  })

  test('are shared out where there are more', async () => {
    const all = await verdicts(2)
    expect(all.filter((each) => each instanceof Promise).length).toBeGreaterThan(32)
    expect(await Promise.all(all)).toEqual(Array(64).fill(true))
  })
})
