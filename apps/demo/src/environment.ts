import type { Doorway } from '@auth/testing'

/** How an API is told whose tokens it takes. */
export function environmentOf(doorway: Doorway): Readonly<Record<string, string>> {
  const { name, issuer, audience, jwksUri, introspectionEndpoint, resourceServer } = doorway
  return {
    AUTH_PROFILE: name,
    AUTH_ISSUER: issuer,
    AUTH_AUDIENCE: audience,
    AUTH_JWKS_URI: jwksUri,
    AUTH_INTROSPECTION_ENDPOINT: introspectionEndpoint,
    AUTH_CLIENT_ID: resourceServer.clientId,
    AUTH_CLIENT_SECRET: resourceServer.clientSecret,
  }
}
