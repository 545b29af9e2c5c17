import { createVerifier, defineScopes, dpopProofs, introspect, type Verifier } from '@auth/core'
import type { ConformanceConfig } from '@auth/testing'

/** The verifier that the conformance kit wants. */
export function verifierFor(config: ConformanceConfig): Verifier<'accounts:read' | 'accounts:write'> {
  const { audience, realm, clockTolerance, jwt, opaque, dpop } = config
  const { issuer, introspectionEndpoint: endpoint, clientId, clientSecret } = opaque
  return createVerifier({
    issuers: [
      { issuer: jwt.issuer, jwks: jwt.jwksUri },
      { issuer, introspection: introspect({ endpoint, clientId, clientSecret }) },
    ],
    audience,
    realm,
    clockTolerance,
    dpop: dpop && dpopProofs(dpop),
    scopes: defineScopes({ 'accounts:read': 'Read accounts', 'accounts:write': 'Write accounts' }),
  })
}
