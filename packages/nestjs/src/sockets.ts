import { type AccessToken, type BearerError, onExpiry, type RequestLike } from '@auth/core'
import { isNativeRequest, type NativeRequest, requestLike } from './http-transport.js'
import { member } from './member.js'

/** The requests that opened sockets: those of `ws` do not know theirs, those of Socket.IO do. */
const handshakes = new WeakMap<object, NativeRequest>()

/** Keeps the request that opened a socket, as the adapter hands it out. */
export function noteHandshake(client: object, request: unknown): void {
  if (isNativeRequest(request)) handshakes.set(client, request)
}

/** The request that opened a socket; undefined where nobody told. */
export function handshakeOf(client: object): RequestLike | undefined {
  const noted: unknown = handshakes.get(client) ?? member(client, 'request')
  if (!isNativeRequest(noted)) return undefined
  // Socket.IO may begin by polling: a GET that looks harmless, and opens a socket all the same.
  const opening = { ...requestLike(noted), headers: { ...noted.headers, upgrade: 'websocket' } }
  const token = member(member(client, 'handshake'), 'auth', 'token')
  if (typeof token !== 'string') return opening
  // Browsers cannot set a header: Socket.IO has a place for tokens.
  return withAuthorization(opening, [/\s/.test(token) ? token : `Bearer ${token}`])
}

/** A request with what was sent beside it as if it were an `Authorization` field; beside one it is one too many. */
export function withAuthorization(request: NativeRequest, values: readonly string[]): RequestLike {
  const authorization = [request.headers.authorization ?? [], values].flat(2)
  return { ...requestLike(request), headers: { ...request.headers, authorization }, rawHeaders: undefined }
}

/** Sends a client what Nest's own filter sends of an exception. */
export function tell(client: object, data: object): void {
  if (isSocketIo(client)) invoke(client, 'emit', 'exception', data)
  else invoke(client, 'send', JSON.stringify({ event: 'exception', data }))
}

/** Ends a connection, with a code of RFC 6455 §7.4 and a reason for people. */
export function hangUp(client: object, code: number, reason: string): void {
  if (isSocketIo(client)) invoke(client, 'disconnect', true)
  else invoke(client, 'close', code, reason)
}

/** Whether a connection is still there; `ended` is called when it no longer is. */
function whileOpen(client: object, ended: () => void): boolean {
  const open = isSocketIo(client) ? member(client, 'connected') === true : Number(member(client, 'readyState')) < 2
  if (open) invoke(client, 'once', isSocketIo(client) ? 'disconnect' : 'close', ended)
  return open
}

/** Ends a connection with its token; `end` is told the refusal that every further message would meet. */
export function endWith(client: object, token: AccessToken<string, object>, end: (refusal: BearerError) => void): void {
  const giveUp = onExpiry(token, end)
  if (!whileOpen(client, giveUp)) giveUp()
}

/** A client of `ws` has a `readyState`, as every WebSocket. */
function isSocketIo(client: object): boolean {
  return typeof member(client, 'readyState') !== 'number'
}

function invoke(client: object, method: string, ...parameters: readonly unknown[]): void {
  const value = member(client, method)
  if (typeof value === 'function') Reflect.apply(value, client, parameters)
}
