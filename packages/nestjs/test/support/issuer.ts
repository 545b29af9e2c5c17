import {
  createVerifier,
  defineScopes,
  type Jwk,
  type ScopeCatalogue,
  type Verifier,
  type VerifierEvent,
} from '@auth/core'

/** What the API under test knows. */
export const scopes: ScopeCatalogue<Scope> = defineScopes({
  'accounts:read': 'Read accounts',
  'accounts:write': 'Write accounts',
  'cards:read': 'Read cards',
})

export type Scope = 'accounts:read' | 'accounts:write' | 'cards:read'

const issuer = 'https://as.example.test'
const audience = 'https://api.example.test'

/** An authorization server reduced to its key: it signs tokens and tells how to verify them. */
export interface Issuer {
  /** A `Bearer` field value. */
  bearer(scope: string, claims?: Record<string, unknown>): Promise<string>
  verifier(onEvent?: (event: VerifierEvent) => void): Verifier<Scope>
  readonly options: {
    readonly issuer: string
    readonly audience: string
    readonly jwks: { readonly keys: Jwk[] }
  }
}

export async function createIssuer(): Promise<Issuer> {
  const { privateKey, publicKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ])
  const jwk = { ...(await crypto.subtle.exportKey('jwk', publicKey)), kid: 'key-1', alg: 'ES256', use: 'sig' }
  const options = { issuer, audience, jwks: { keys: [jwk] } }
  return {
    options,
    async bearer(scope, claims = {}) {
      const now = Math.floor(Date.now() / 1000)
      const payload = {
        iss: issuer,
        aud: audience,
        sub: 'ada',
        client_id: 'app',
        iat: now,
        exp: now + 300,
        scope,
        ...claims,
      }
      const input = `${encode({ alg: 'ES256', kid: 'key-1', typ: 'at+jwt' })}.${encode(payload)}`
      const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, Buffer.from(input))
      return `Bearer ${input}.${Buffer.from(signature).toString('base64url')}`
    },
    verifier: (onEvent) => createVerifier({ ...options, scopes, realm: 'accounts', onEvent }),
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
