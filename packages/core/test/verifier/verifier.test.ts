import { describe, expect, test } from 'vitest'
import { createVerifier } from '../../src/verifier/verifier.js'
import { audience, clockAt, createSigner, issuer } from './support/tokens.js'

describe('authenticate', () => {
  test.for([undefined, null, {}, 7, 'Bearer x', { headers: undefined }, { headers: 'authorization' }])(
    'refuses %j, which is no request, as a mistake of the caller',
    async (request) => {
      const { jwk } = await createSigner('ES256')
      const verifier = createVerifier({ issuer, audience, jwks: { keys: [jwk] } })
      await expect(verifier.authenticate(request as unknown as Request)).rejects.toThrow(TypeError)
      await expect(verifier.authenticate(request as unknown as Request)).rejects.toThrow('a Request or a node:http')
    },
  )

  test('refuses what throws when it is looked at by a promise, as everything', async () => {
    const { jwk } = await createSigner('ES256')
    const verifier = createVerifier({ issuer, audience, jwks: { keys: [jwk] } })
    await expect(verifier.authenticate(Request.prototype)).rejects.toThrow('a Request or a node:http')
  })
})

describe('createVerifier', () => {
  test.for(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'])(
    'accepts a good token signed by %s',
    async (alg) => {
      const signer = await createSigner(alg)
      const verifier = createVerifier({ issuer, audience, jwks: { keys: [signer.jwk] }, now: clockAt() })
      const token = await verifier.verify(await signer.sign())
      expect(token).toMatchObject({ issuer, subject: 'user-1', clientId: undefined, scopes: ['read', 'write'] })
    },
  )
})
