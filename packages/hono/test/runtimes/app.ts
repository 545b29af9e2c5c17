import { createVerifier, defineScopes, dpopProofs, introspect, type Verifier } from '@auth/core'
import type { ConformanceConfig } from '@auth/testing'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { getRuntimeKey } from 'hono/adapter'
import { createHonoAuth } from '../../src/index.js'

const scopes = defineScopes({ 'accounts:read': 'Read accounts', 'accounts:write': 'Write accounts' })

/** The API of the conformance kit, configured by a text that each request's context tells. */
export function createApp(configOf: (c: Context) => string): Hono {
  const verifiers = new Map<string, Verifier<'accounts:read' | 'accounts:write'>>()
  const auth = createHonoAuth((c) => {
    const text = configOf(c)
    const verifier = verifiers.get(text) ?? verifierOf(JSON.parse(text))
    verifiers.set(text, verifier)
    return verifier
  })
  const requireRecent: MiddlewareHandler = (c, next) => {
    const { stepUp }: ConformanceConfig = JSON.parse(configOf(c))
    return auth.requireStepUp(stepUp)(c, next)
  }
  return new Hono()
    .get('/runtime', (c) => c.text(getRuntimeKey()))
    .get('/authenticated', auth.bearer(), (c) => c.json({ subject: c.var.token.subject }))
    .get('/read', auth.requireScopes('accounts:read'), (c) => c.json({ subject: c.var.token.subject }))
    .get('/write', auth.requireScopes('accounts:write'), (c) => c.json({ subject: c.var.token.subject }))
    .get('/recent', auth.requireScopes('accounts:read'), requireRecent, (c) => c.json({ subject: c.var.token.subject }))
}

function verifierOf({ audience, realm, clockTolerance, jwt, opaque, dpop }: ConformanceConfig) {
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
    scopes,
  })
}
