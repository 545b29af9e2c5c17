import { parseUrl } from '../oauth/endpoint.js'

/** A request to an API, apart from the token it is sent with. */
export interface ApiCall {
  readonly url: string | URL
  readonly method: string
  readonly init: RequestInit
  readonly headers: Headers
  readonly redirect: RequestRedirect
  readonly signal: AbortSignal | undefined
  /** Whether its body can be sent more than once. */
  readonly replayable: boolean
}

/** A call that may carry the token. */
export interface AllowedCall extends ApiCall {
  readonly url: URL
}

/** Reads the arguments of `fetch`. */
export function readCall(input: string | URL | Request, init: RequestInit): ApiCall {
  const [url, request] = isRequest(input) ? [input.url, input] : [input, undefined]
  const body = init.body ?? request?.body ?? null
  // null is how a caller takes a Request's signal away.
  const signal = (init.signal === undefined ? request?.signal : init.signal) ?? undefined
  const replayable = isReplayable(body)
  // A stream is sent as it comes; the platform wants to hear that no answer can arrive before its end.
  const duplex = replayable ? {} : { duplex: 'half' }
  return {
    url,
    method: normalMethod(init.method ?? request?.method ?? 'GET'),
    init: { ...carried(request), ...init, body, signal: signal ?? null, ...duplex },
    headers: new Headers(init.headers ?? request?.headers),
    redirect: init.redirect ?? request?.redirect ?? 'follow',
    signal,
    replayable,
  }
}

/** As `fetch` writes it (Fetch §2.2.1): a proof has to name the method that is sent. */
export function normalMethod(method: string): string {
  return /^(?:delete|get|head|options|post|put)$/i.test(method) ? method.toUpperCase() : method
}

/** By its structure: frameworks replace the global class, and a bundle may hold a second one. */
function isRequest(input: string | URL | Request): input is Request {
  return typeof input === 'object' && 'url' in input && 'method' in input && 'headers' in input
}

/** What a Request says besides what is read above, and what says nothing: some platforms refuse to hear even that. */
const unremarkable = {
  cache: 'default',
  credentials: 'same-origin',
  integrity: '',
  keepalive: false,
  mode: 'cors',
  referrer: 'about:client',
  referrerPolicy: '',
} as const

function carried(request: Request | undefined): object {
  if (request === undefined) return {}
  return Object.fromEntries(
    Object.entries(unremarkable).flatMap(([name, plain]) => {
      const value: unknown = Reflect.get(request, name)
      return value === undefined || value === plain ? [] : [[name, value]]
    }),
  )
}

/** Whether a token may be sent there at all: to nothing but a server, and with no other credentials in the URL. */
export function isPlain({ protocol, username, password }: URL): boolean {
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === ''
}

/** What goes to no other origin, and what goes with no other body. */
const credentials = ['authorization', 'cookie', 'proxy-authorization', 'dpop']
const ofBody = ['content-type', 'content-length', 'content-encoding', 'content-language']

/**
 * The call a redirect leads to (Fetch §4.4): a POST that was moved, and anything that was answered by 303, goes on as a
 * GET without its body. To another origin it goes without the caller's own credentials.
 *
 * @returns `undefined` when it leads nowhere, or its body cannot be sent again.
 */
export function redirected(call: AllowedCall, { status, headers }: Response): AllowedCall | undefined {
  const location = [301, 302, 303, 307, 308].includes(status) ? headers.get('location') : null
  const url = location === null ? undefined : parseUrl(location, call.url)
  const { method } = call
  const becomesGet = (status === 303 && method !== 'HEAD') || (status < 303 && method === 'POST')
  if (url === undefined || !(becomesGet || call.replayable)) return undefined
  const next = { ...call, url, headers: new Headers(call.headers) }
  const dropped = [...(url.origin === call.url.origin ? [] : credentials), ...(becomesGet ? ofBody : [])]
  for (const name of dropped) next.headers.delete(name)
  return becomesGet ? { ...next, method: 'GET', init: { ...call.init, body: null }, replayable: true } : next
}

/** Node takes any async iterable for a body, and reads it once. */
function isReplayable(body: unknown): boolean {
  return !(
    body instanceof ReadableStream ||
    (typeof body === 'object' && body !== null && Symbol.asyncIterator in body)
  )
}
