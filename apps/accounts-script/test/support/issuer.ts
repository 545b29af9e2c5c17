import { once } from 'node:events'
import { createServer } from 'node:http'

/** An issuer of JWTs with a key set of its own, on a loopback socket. */
export interface Issuer {
  readonly url: string
  readonly jwksUri: string
  /** Signs an access token that is good for a minute, with any claim bent. */
  sign(claims: Readonly<Record<string, unknown>>): Promise<string>
  close(): void
}

const es256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

export async function startIssuer(): Promise<Issuer> {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(es256, true, ['sign', 'verify'])
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', publicKey)
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ keys: [{ kty, crv, x, y, kid: 'one', alg: 'ES256', use: 'sig' }] }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`
  return {
    url,
    jwksUri: `${url}/jwks`,
    sign: async (claims) => {
      const header = encode({ alg: 'ES256', typ: 'JWT', kid: 'one' })
      const signed = `${header}.${encode({ iss: url, exp: Math.floor(Date.now() / 1000) + 60, ...claims })}`
      const signature = await crypto.subtle.sign(es256, privateKey, Buffer.from(signed))
      return `${signed}.${Buffer.from(signature).toString('base64url')}`
    },
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
