import { until } from '../until.js'

/** Why an exchange yielded no answer. */
export type TransportFailureCode = 'network_error' | 'timeout' | 'response_too_large' | 'redirect_refused'

/**
 * An exchange that yielded no answer. Internal: each caller turns it into the error its own caller can use. It carries
 * no cause, because the platform's errors may quote URLs and headers.
 */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure'
  readonly code: TransportFailureCode
  /** Whether the request may have reached the server: a credential that works once must not be sent again then. */
  readonly sent: boolean

  constructor(code: TransportFailureCode, sent = true) {
    super(messageOf[code])
    this.code = code
    this.sent = sent
  }
}

/** Node's and Bun's codes for a connection that was never made. */
const neverConnected: readonly unknown[] = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'ConnectionRefused',
]

const messageOf = {
  network_error: 'The connection failed or broke',
  timeout: 'The answer did not arrive in time',
  response_too_large: 'The answer is larger than allowed',
  redirect_refused: 'The answer is a redirect, which is not followed',
} as const satisfies Record<TransportFailureCode, string>

/** One request to an authorization server. */
export interface TransportRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** A string, so that it is sent with a Content-Length, never chunked. */
  readonly body?: string | undefined
}

/** Its answer, read to the end. */
export interface TransportAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: Uint8Array<ArrayBuffer>
}

/** What bounds an exchange. */
export interface TransportLimits {
  readonly fetch: typeof globalThis.fetch
  /** Seconds from the first byte sent to the last one read. */
  readonly timeout: number
  /** Bytes of the answer's body, counted after decompression. */
  readonly maxBytes: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Sends one request and reads the whole answer, within a deadline and a size, following no redirect.
 *
 * @throws TransportFailure when there is no answer; the signal's reason when the caller gave up.
 */
export async function exchange(request: TransportRequest, limits: TransportLimits): Promise<TransportAnswer> {
  const deadline = AbortSignal.timeout(Math.ceil(limits.timeout * 1000))
  const signal = limits.signal === undefined ? deadline : AbortSignal.any([deadline, limits.signal])
  try {
    const { url, ...init } = request
    // Not called as a method: the platform's own fetch minds its `this`.
    const { fetch } = limits
    const answer = fetch(url, { ...init, body: init.body ?? null, redirect: 'manual', signal }).then(
      async (arrived) => {
        // A `fetch` that was handed in may ignore the signal: it is left alone then, and what comes late discarded.
        if (signal.aborted) await discard(arrived)
        return arrived
      },
    )
    const response = await until(answer, signal)
    if (isRedirect(response)) {
      await discard(response)
      throw new TransportFailure('redirect_refused')
    }
    return { status: response.status, headers: response.headers, body: await read(response, limits.maxBytes, signal) }
  } catch (error) {
    limits.signal?.throwIfAborted()
    if (deadline.aborted) throw new TransportFailure('timeout')
    throw error instanceof TransportFailure ? error : new TransportFailure('network_error', mayHaveBeenSent(error))
  }
}

/** What bounds a download. */
export interface DownloadOptions {
  /** @default globalThis.fetch */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Seconds. @default 5 */
  readonly timeout?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** Asks for a document, of half a megabyte at most; honest ones have a few thousand bytes. @throws as {@link exchange} */
export function download(
  url: URL,
  accept: string,
  { fetch = globalThis.fetch, timeout = 5, signal }: DownloadOptions,
): Promise<TransportAnswer> {
  return exchange({ method: 'GET', url, headers: { accept } }, { fetch, timeout, maxBytes: 512 * 1024, signal })
}

function mayHaveBeenSent(error: unknown): boolean {
  if (!(error instanceof Error)) return true
  return ![error, error.cause].some(
    (each) => each instanceof Error && 'code' in each && neverConnected.includes(each.code),
  )
}

/** Browsers and workerd hide a manual redirect behind status 0. */
function isRedirect(response: Response): boolean {
  return (
    response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400 && response.status !== 304)
  )
}

/** A `fetch` that was handed in may ignore the signal after the headers too; the deadline holds all the same. */
async function read({ body }: Response, maxBytes: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  if (body === null) return new Uint8Array()
  const reader = body.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for (;;) {
      const { done, value } = await until(reader.read(), signal)
      signal.throwIfAborted()
      if (done) return join(chunks, size)
      size += value.byteLength
      if (size > maxBytes) throw new TransportFailure('response_too_large')
      chunks.push(value)
    }
  } finally {
    reader.cancel().catch(() => undefined)
  }
}

function join(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.byteLength
  }
  return whole
}

/** An unread body would keep its connection busy; one that broke holds nothing up. */
export async function discard(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined)
}
