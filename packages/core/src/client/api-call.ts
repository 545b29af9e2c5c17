/** A request to an API, apart from the token it is sent with. */
export interface ApiCall {
  readonly url: URL | undefined
  readonly init: RequestInit
  readonly headers: Headers
  readonly redirect: RequestRedirect
  readonly signal: AbortSignal | undefined
  /** Whether its body can be sent more than once. */
  readonly replayable: boolean
}

/** Reads the arguments of `fetch`. */
export function readCall(input: string | URL | Request, init: RequestInit): ApiCall {
  const request = input instanceof Request ? input : undefined
  const body = init.body ?? request?.body
  const signal = init.signal ?? request?.signal
  return {
    url: parseUrl(request?.url ?? input),
    // A stream is sent as it comes; the platform wants to hear that no answer can arrive before its end.
    init: { ...init, method: init.method ?? request?.method ?? 'GET', body: body ?? null, ...halfDuplex(body) },
    headers: new Headers(init.headers ?? request?.headers),
    redirect: init.redirect ?? request?.redirect ?? 'follow',
    signal,
    replayable: isReplayable(body),
  }
}

/**
 * The call a redirect leads to (Fetch §4.4): a POST that was moved, and anything that was answered by 303, goes on as a
 * GET without its body.
 *
 * @returns `undefined` when it leads nowhere, or its body cannot be sent again.
 */
export function redirected(call: ApiCall, response: Response): ApiCall | undefined {
  const location = response.headers.get('location')
  const { status } = response
  if (location === null || ![301, 302, 303, 307, 308].includes(status)) return undefined
  const url = parseUrl(location, call.url)
  const method = call.init.method?.toUpperCase() ?? 'GET'
  const becomesGet = (status === 303 && method !== 'HEAD') || (status < 303 && method === 'POST')
  if (!becomesGet) return call.replayable ? { ...call, url } : undefined
  const headers = new Headers(call.headers)
  for (const name of ['content-type', 'content-length', 'content-encoding', 'content-language']) headers.delete(name)
  return { ...call, url, headers, init: { ...call.init, method: 'GET', body: null }, replayable: true }
}

function parseUrl(url: string | URL | Request, base?: URL): URL | undefined {
  const text = url instanceof Request ? url.url : url
  return URL.canParse(String(text), base) ? new URL(text, base) : undefined
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
