import { startAuthorizationServer } from '@auth/testing'

/** PortX, as far as these tests deal with it. */
export interface Issuer {
  readonly url: string
  readonly jwksUri: string
  readonly clientId: string
  readonly clientSecret: string
  /** An access token with any claim bent. */
  sign(claims: Readonly<Record<string, unknown>>): Promise<string>
  close(): Promise<void>
}

/** @param audience of the tokens the client gets. */
export async function startIssuer(audience: string): Promise<Issuer> {
  const { doorways, close } = await startAuthorizationServer({ profiles: ['portx'], audience })
  const { issuer, jwksUri, issue, client } = doorways.portx
  return { url: issuer, jwksUri, ...client, sign: (claims) => issue({ claims }), close }
}
