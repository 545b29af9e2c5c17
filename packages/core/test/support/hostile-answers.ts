import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import type { Handler } from './local-server.js'

/** A JSON answer of status 200, as text. */
export function body(text: string | Uint8Array, status = 200, headers: Record<string, string> = {}): Handler {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text)
  }
}

/** Sends the start of an answer and never its end. */
const hangingBody: Handler = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).write('{"access_token":')
}

/** Sends a byte for every byte taken, for ever. */
const drip: Handler = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  const next = () => void (response.destroyed || response.write(' ', () => setImmediate(next)))
  next()
}

/** Sends what is no document, and never its end. */
export const endless: Handler = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  const chunk = Buffer.alloc(64 * 1024, 'a')
  const next = () => void (response.destroyed || response.write(chunk, () => setImmediate(next)))
  next()
}

const redirect = (status: number, location: string): Handler => body('', status, { location })

const prefix = 'https://127.0.0.1:1'

const conforming = JSON.stringify({ access_token: 'token-1', token_type: 'Bearer', expires_in: 300 })

const gzip = { 'content-encoding': 'gzip' }

/** Blanks that take little room on the way. */
const blanks = Buffer.alloc(8 * 1024 * 1024, ' ')

/** An answer no server may give, the error it is, and seconds to wait where it has no end. */
export type HostileAnswer = readonly [id: string, code: string, handler: Handler, timeout?: number]

/** What is wrong with any answer that is to be one JSON object. */
export const hostileAnswers: readonly HostileAnswer[] = [
  ['F-e401', 'invalid_client', body('', 401)],
  ['F-e404', 'invalid_request', body('not found', 404)],
  ['F-e429', 'temporarily_unavailable', body('', 429, { 'retry-after': '7' })],
  ['F-e500', 'server_error', body('oops', 500)],
  ['F-e503', 'temporarily_unavailable', body('', 503)],
  ['F-e304', 'invalid_response', body('', 304)],
  ['F-html200', 'invalid_response', body('<html>log in</html>', 200, { 'content-type': 'text/html' })],
  ['F-utf16', 'invalid_response', body(Buffer.from(conforming, 'utf16le'))],
  ['F-bom', 'invalid_response', body(`\ufeff${conforming}`)],
  ['F-utf8', 'invalid_response', body(Buffer.from('{"access_token":"\xff","token_type":"Bearer"}', 'latin1'))],
  ['F-empty', 'invalid_response', body('')],
  ['F-arr', 'invalid_response', body('[]')],
  ['F-num', 'invalid_response', body('1')],
  ['F-str', 'invalid_response', body('"token"')],
  ['F-tru', 'invalid_response', body('true')],
  ['F-null', 'invalid_response', body('null')],
  ['F-emptyobj', 'invalid_response', body('{}')],
  ['F-trunc', 'invalid_response', body('{"access_token":"tok')],
  ['F-redir302same', 'redirect_refused', redirect(302, '/elsewhere')],
  ['F-redir307cross', 'redirect_refused', redirect(307, `${prefix}/token`)],
  ['F-redir302cross', 'redirect_refused', redirect(302, `${prefix}/token`)],
  ['F-redirfile', 'redirect_refused', redirect(302, 'file:///etc/passwd')],
  ['F-redirdata', 'redirect_refused', redirect(302, 'data:application/json,{}')],
  ['F-redirloop', 'redirect_refused', redirect(302, '/token')],
  ['F-hang', 'timeout', () => undefined, 1],
  ['F-hanghdr', 'timeout', hangingBody, 1],
  ['F-drip', 'timeout', drip, 1],
  ['F-infinite', 'response_too_large', endless],
  ['F-infinitews', 'response_too_large', body(' '.repeat(2 * 1024 * 1024))],
  ['F-gzbomb', 'response_too_large', body(gzipSync(blanks), 200, { 'content-encoding': 'gzip' })],
  ['F-gzchain', 'network_error', body('x', 200, { 'content-encoding': Array(10).fill('gzip').join(', ') })],
  ['F-gzbad', 'network_error', body('not gzip', 200, { 'content-encoding': 'gzip' })],
  ['a deflate bomb', 'response_too_large', body(deflateSync(blanks), 200, { 'content-encoding': 'deflate' })],
  ['a brotli bomb', 'response_too_large', body(brotliCompressSync(blanks), 200, { 'content-encoding': 'br' })],
  [
    'a bomb in a bomb',
    'response_too_large',
    body(gzipSync(gzipSync(blanks)), 200, { 'content-encoding': 'gzip, gzip' }),
  ],
  ['gzip that is cut short', 'invalid_response', body(gzipSync(conforming).subarray(0, 20), 200, gzip)],
  ['gzip that is not said to be', 'invalid_response', body(gzipSync(conforming))],
  ['two documents', 'invalid_response', body(`${conforming}${conforming}`)],
  ['a comment', 'invalid_response', body(`${conforming}// ok`)],
  ['NaN', 'invalid_response', body(conforming.replace('300', 'NaN'))],
  ['Infinity', 'invalid_response', body(conforming.replace('300', 'Infinity'))],
  ['single quotes', 'invalid_response', body(conforming.replaceAll('"', "'"))],
  ['a guard against scripts', 'invalid_response', body(`)]}',\n${conforming}`)],
  ['a call', 'invalid_response', body(`callback(${conforming})`)],
  ['lists without end', 'invalid_response', body('['.repeat(30_000))],
  ['objects without end', 'invalid_response', body('{"a":'.repeat(10_000))],
  [
    'a text that is cut short in a character',
    'invalid_response',
    body(Buffer.from('{"access_token":"tökén"}').subarray(0, 19)),
  ],
  ['UTF-32', 'invalid_response', body(Buffer.from([...conforming].flatMap((char) => [0, 0, 0, char.charCodeAt(0)])))],
]
