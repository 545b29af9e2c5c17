/** A request to an API, apart from the token it is sent with. */
export interface ApiCall {
  readonly url: URL | undefined
  readonly method: string
  readonly init: RequestInit
  readonly headers: Headers
  readonly redirect: RequestRedirect
  readonly signal: AbortSignal | undefined
  /** Whether its body can be sent more than once. */
  readonly replayable: boolean
}

/** Reads the arguments of `fetch`. */
export function readCall(input: string | URL | Request, init: RequestInit): ApiCall {
  const request = isRequest(input) ? input : undefined
  const body = init.body ?? request?.body
  // null is how a caller takes a Request's signal away.
  const signal = (init.signal === undefined ? request?.signal : init.signal) ?? undefined
  const method = normalMethod(init.method ?? request?.method ?? 'GET')
  return {
    url: parseUrl(isRequest(input) ? input.url : input),
    method,
    // A stream is sent as it comes; the platform wants to hear that no answer can arrive before its end.
    init: {
      ...carried(request),
      ...init,
      method,
      body: body ?? null,
      signal: signal ?? null,
      ...halfDuplex(body),
    },
    headers: new Headers(init.headers ?? request?.headers),
    redirect: init.redirect ?? request?.redirect ?? 'follow',
    signal,
    replayable: isReplayable(body),
  }
}

const normalized: ReadonlySet<string> = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT'])

/** As `fetch` writes it (Fetch §2.2.1): a proof has to name the method that is sent. */
export function normalMethod(method: string): string {
  const upper = method.toUpperCase()
  return normalized.has(upper) ? upper : method
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

/**
 * The call a redirect leads to (Fetch §4.4): a POST that was moved, and anything that was answered by 303, goes on as a
 * GET without its body. To another origin it goes without the caller's own credentials.
 *
 * @returns `undefined` when it leads nowhere, or its body cannot be sent again.
 */
export function redirected(call: ApiCall, response: Response): ApiCall | undefined {
  const { status } = response
  const location = [301, 302, 303, 307, 308].includes(status) ? response.headers.get('location') : null
  if (location === null) return undefined
  const url = parseUrl(location, call.url)
  const { method } = call
  const becomesGet = (status === 303 && method !== 'HEAD') || (status < 303 && method === 'POST')
  const headers = new Headers(call.headers)
  if (url?.origin !== call.url?.origin) remove(headers, 'authorization', 'cookie', 'proxy-authorization', 'dpop')
  if (!becomesGet) return call.replayable ? { ...call, url, headers } : undefined
  remove(headers, 'content-type', 'content-length', 'content-encoding', 'content-language')
  return { ...call, url, headers, method: 'GET', init: { ...call.init, method: 'GET', body: null }, replayable: true }
}

function remove(headers: Headers, ...names: readonly string[]): void {
  for (const name of names) headers.delete(name)
}

/** @returns `undefined` for what is no absolute URL. */
export function parseUrl(url: string | URL, base?: URL): URL | undefined {
  try {
    return new URL(url, base)
  } catch {
    return undefined
  }
}

function isReplayable(body: unknown): boolean {
  return !(body instanceof ReadableStream) && !isIterable(body)
}

/** Node takes any async iterable for a body, and reads it once. */
function isIterable(body: unknown): boolean {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}

function halfDuplex(body: unknown): object {
  return isReplayable(body) ? {} : { duplex: 'half' }
}
