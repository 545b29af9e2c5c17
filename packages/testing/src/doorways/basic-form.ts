import type { Backend, Dialect } from '../dialect.js'
import { header, isObject, json, mediaType, type WireAnswer, type WireRequest } from '../http.js'
import type { BasicFormRefusal } from '../options.js'

/** The Basic + form server: plain Base64 of `id:secret`, form in, three members out, tokens without scopes. */
export function basicForm(dialect: { readonly refusal: BasicFormRefusal }): Dialect {
  const refuse = (status: number, message: string): WireAnswer => refusal(dialect.refusal, status, message)
  return {
    name: 'basicForm',
    tokens: 'jwt',
    lifetime: 3600,
    paths: { base: '', token: '/oauth/v2/token', jwks: '/jwks', introspection: '/introspect', revocation: '/revoke' },
    clientIds: { client: 'app@customer.test', limitedClient: 'limited@customer.test' },
    scopes: { full: [], limited: [] },
    keyNaming: 'thumbprint',
    rotateRefreshToken: false,
    header: () => ({ typ: 'JWT' }),
    claims: (claims) => claims,
    clientAuth: ['client_secret_basic'],
    grants: [],
    register: () => {},
    routes: (backend) => [
      {
        method: 'POST',
        path: '/oauth/v2/token',
        endpoint: 'token',
        handle: (request) => token(backend, request, refuse),
      },
    ],
    refuse,
  }
}

async function token(
  backend: Backend,
  request: WireRequest,
  refuse: (status: number, message: string) => WireAnswer,
): Promise<WireAnswer> {
  if (mediaType(request) !== 'application/x-www-form-urlencoded') return refuse(415, 'Unsupported Media Type')
  const credentials = rawBasic(header(request, 'authorization'))
  if (credentials === undefined) return refuse(401, 'Unauthorized')
  const parameters = [...new URLSearchParams(request.body)]
  if (parameters.length !== 1 || String(parameters[0]) !== 'grant_type,client_credentials') {
    return refuse(400, 'Bad Request')
  }
  const { id: client_id, secret: client_secret } = credentials
  const answer = await backend.token({ grant_type: 'client_credentials', client_id, client_secret })
  if (answer.status === 401) return refuse(401, 'Unauthorized')
  if (answer.status !== 200 || !isObject(answer.body)) return refuse(answer.status, 'Bad Request')
  const { expires_in, access_token } = answer.body
  return json(200, { token_type: 'Bearer', expires_in, access_token })
}

/** RFC 7617 with UTF-8, taken literally: nothing is form-decoded, and an id cannot hold a colon. */
function rawBasic(field: string | undefined): { readonly id: string; readonly secret: string } | undefined {
  const encoded = /^basic +([a-z0-9+/]+={0,2})$/i.exec(field ?? '')?.[1]
  if (encoded === undefined) return undefined
  const bytes = Buffer.from(encoded, 'base64')
  const text = bytes.toString()
  const colon = text.indexOf(':')
  if (colon < 1 || bytes.toString('base64') !== encoded || !bytes.equals(Buffer.from(text))) return undefined
  return { id: text.slice(0, colon), secret: text.slice(colon + 1) }
}

function refusal(kind: BasicFormRefusal, status: number, message: string): WireAnswer {
  const challenge: Record<string, string> = status === 401 ? { 'www-authenticate': 'Basic realm="oauth"' } : {}
  if (kind === 'empty') return { status, headers: challenge }
  const body = `<!doctype html><html><head><title>${status} ${message}</title></head><body><h1>${message}</h1></body></html>`
  return { status, headers: { 'content-type': 'text/html; charset=utf-8', ...challenge }, body }
}
