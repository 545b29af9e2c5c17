import { once } from 'node:events'
import { createServer } from 'node:http'

/** An authorization server reduced to what a resource server sees of it: its keys, on a loopback socket. */
export interface Issuer {
  /** What the API is started with. */
  readonly env: { readonly AUTH_ISSUER: string; readonly AUTH_AUDIENCE: string; readonly AUTH_JWKS_URI: string }
  /** An access token that is good for a minute, with any claim bent. */
  sign(scope: string, claims?: Readonly<Record<string, unknown>>): Promise<string>
  close(): Promise<void>
}

const es256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const audience = 'https://api.example.test'

export async function startIssuer(): Promise<Issuer> {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(es256, true, ['sign', 'verify'])
  const jwk = { ...(await crypto.subtle.exportKey('jwk', publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [jwk] }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`
  return {
    env: { AUTH_ISSUER: url, AUTH_AUDIENCE: audience, AUTH_JWKS_URI: `${url}/jwks` },
    async sign(scope, claims = {}) {
      const exp = Math.floor(Date.now() / 1000) + 60
      const payload = { iss: url, aud: audience, sub: 'ada', exp, scope, ...claims }
      const input = `${encode({ alg: 'ES256', typ: 'JWT', kid: 'one' })}.${encode(payload)}`
      const signature = await crypto.subtle.sign(es256, privateKey, Buffer.from(input))
      return `${input}.${Buffer.from(signature).toString('base64url')}`
    },
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
