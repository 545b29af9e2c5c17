import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'

/** A PortX-like authorization server on a loopback socket: one client, a key set of its own. */
export interface Issuer {
  readonly url: string
  readonly jwksUri: string
  readonly clientId: string
  readonly clientSecret: string
  /** Signs an access token that is good for a minute, with any claim bent. */
  sign(claims: Readonly<Record<string, unknown>>): Promise<string>
  close(): void
}

const es256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/** @param audience of the tokens the client gets. */
export async function startIssuer(audience: string): Promise<Issuer> {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(es256, true, ['sign', 'verify'])
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', publicKey)
  const jwks = { keys: [{ kty, crv, x, y, kid: 'one', alg: 'ES256', use: 'sig' }] }
  const clientId = 'script'
  const clientSecret = crypto.randomUUID()

  const server = createServer((request, response) => {
    void answer(request).then(([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`

  async function answer(request: IncomingMessage): Promise<[status: number, body: object]> {
    if (request.method === 'GET' && request.url === '/jwks') return [200, jwks]
    const { client_id, client_secret, scope }: Record<string, unknown> = JSON.parse(await text(request))
    if (client_id !== clientId || client_secret !== clientSecret) return [401, { error: 'unauthorized' }]
    const access_token = await sign({ aud: audience, scope })
    return [200, { access_token, token_type: 'Bearer', expires_in: 60, scope }]
  }

  async function sign(claims: Readonly<Record<string, unknown>>): Promise<string> {
    const header = encode({ alg: 'ES256', typ: 'JWT', kid: 'one' })
    const signed = `${header}.${encode({ iss: url, exp: Math.floor(Date.now() / 1000) + 60, ...claims })}`
    const signature = await crypto.subtle.sign(es256, privateKey, Buffer.from(signed))
    return `${signed}.${Buffer.from(signature).toString('base64url')}`
  }

  return {
    url,
    jwksUri: `${url}/jwks`,
    clientId,
    clientSecret,
    sign,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
