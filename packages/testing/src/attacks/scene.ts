import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { createSigner, type Signer } from './signer.js'

/** Whom the API under attack trusts. */
export const issuer = 'https://issuer.example.test'
export const opaqueIssuer = 'https://opaque.example.test'
export const audience = 'https://api.example.test/'

/** Where attacks take place: an issuer whose keys are known, and an attacker with one. */
export interface Scene extends AsyncDisposable {
  readonly origin: string
  readonly rsa: Signer
  readonly ec: Signer
  readonly ec384: Signer
  readonly ed: Signer
  /** Calls its key as the issuer's RSA key is called. */
  readonly attacker: Signer
  /** Claims of a good token, with others put over them; `undefined` leaves one out. */
  claims(over?: Readonly<Record<string, unknown>>): Record<string, unknown>
  /** Publishes a set of keys, or whatever is answered in its place. @returns its URL */
  publish(answer: Reply): string
  /** Has an opaque token described like this from now on. */
  describe(token: string, answer: Reply): void
  readonly introspectionEndpoint: string
}

/** JSON, or an answer of its own. */
export type Reply = { readonly json: unknown } | ((request: IncomingMessage, response: ServerResponse) => void)

export async function openScene(): Promise<Scene> {
  const [rsa, ec, ec384, ed, attacker] = await Promise.all([
    createSigner('RS256', 'rsa1'),
    createSigner('ES256', 'ec1'),
    createSigner('ES384', 'ec384'),
    createSigner('EdDSA', 'ed1'),
    createSigner('RS256', 'rsa1'),
  ])
  const published: Reply[] = []
  const described = new Map<string, Reply>()
  const server = createServer(async (request, response) => {
    const token = new URLSearchParams(await text(request)).get('token')
    const [, kind, index] = (request.url ?? '').split('/')
    const answer = kind === 'jwks' ? published[Number(index)] : described.get(token ?? '')
    reply(request, response, answer ?? { json: { active: false } })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port')
  const origin = `http://127.0.0.1:${address.port}`
  return {
    origin,
    rsa,
    ec,
    ec384,
    ed,
    attacker,
    claims: (over = {}) => {
      const now = Math.floor(Date.now() / 1000)
      const good = { iss: issuer, aud: audience, sub: 'user-1', client_id: 'client-1', iat: now, exp: now + 300 }
      return { ...good, scope: 'accounts:read', ...over }
    },
    publish: (answer) => `${origin}/jwks/${published.push(answer) - 1}`,
    describe: (token, answer) => void described.set(token, answer),
    introspectionEndpoint: `${origin}/introspect`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function reply(request: IncomingMessage, response: ServerResponse, answer: Reply): void {
  if (typeof answer === 'function') answer(request, response)
  else response.setHeader('content-type', 'application/json').end(JSON.stringify(answer.json))
}
