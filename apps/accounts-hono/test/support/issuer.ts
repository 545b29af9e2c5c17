import { startAuthorizationServer } from '@auth/testing'

/** An authorization server, as far as the API's tests deal with it. */
export interface Issuer {
  /** What the API is started with. */
  readonly env: { readonly AUTH_ISSUER: string; readonly AUTH_AUDIENCE: string; readonly AUTH_JWKS_URI: string }
  /** An access token with a scope, and any claim bent. */
  sign(scope: string, claims?: Readonly<Record<string, unknown>>): Promise<string>
  close(): Promise<void>
}

export async function startIssuer(): Promise<Issuer> {
  const { audience, doorways, close } = await startAuthorizationServer({ profiles: ['portx'] })
  const { issuer, jwksUri, issue } = doorways.portx
  return {
    env: { AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience, AUTH_JWKS_URI: jwksUri },
    sign: (scope, claims = {}) => issue({ scope, subject: 'ada', claims }),
    close,
  }
}
