import type { WireRequest } from './http.js'

/**
 * What a request was for. `revoke` is each provider's own way and RFC 7009's; `tokens` reads about tokens; the last four
 * are where people log in and out.
 */
export type Endpoint =
  | 'token'
  | 'refresh'
  | 'revoke'
  | 'introspection'
  | 'jwks'
  | 'metadata'
  | 'user'
  | 'tokens'
  | 'unknown'
  | 'authorization'
  | 'pushed_authorization'
  | 'interaction'
  | 'end_session'

/** A request a doorway has received. */
export interface RecordedRequest {
  readonly endpoint: Endpoint
  readonly method: string
  /** The path on the server, with the query. */
  readonly path: string
  /** Names and values as they were received, in their order. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
  /** What it was answered with; `undefined` until then, and when the answer had no status at all. */
  readonly status: number | undefined
}

interface Waiter {
  readonly endpoint: Endpoint
  readonly n: number
  readonly resolve: () => void
  readonly reject: (reason: Error) => void
}

/** Keeps what was received and tells those who wait for it. */
export interface Recorder {
  readonly requests: readonly RecordedRequest[]
  record(endpoint: Endpoint, path: string, request: WireRequest): (status: number) => void
  count(endpoint: Endpoint): number
  received(endpoint: Endpoint, n: number): Promise<void>
  clear(): void
  close(): void
}

export function createRecorder(): Recorder {
  const entries: { -readonly [K in keyof RecordedRequest]: RecordedRequest[K] }[] = []
  const waiters = new Set<Waiter>()
  const count = (endpoint: Endpoint): number => entries.filter((entry) => entry.endpoint === endpoint).length

  return {
    get requests() {
      return entries.map((entry) => ({ ...entry }))
    },
    record(endpoint, path, { method, headers, body }) {
      const entry = { endpoint, method, path, headers, body, status: undefined as number | undefined }
      entries.push(entry)
      for (const waiter of waiters) {
        if (waiter.endpoint !== endpoint || count(endpoint) < waiter.n) continue
        waiters.delete(waiter)
        waiter.resolve()
      }
      return (status) => {
        entry.status = status
      }
    },
    count,
    received: (endpoint, n) =>
      count(endpoint) >= n
        ? Promise.resolve()
        : new Promise((resolve, reject) => waiters.add({ endpoint, n, resolve, reject })),
    clear() {
      entries.length = 0
    },
    close() {
      for (const { endpoint, n, reject } of waiters) {
        reject(new Error(`the server was closed before request ${n} to '${endpoint}' arrived`))
      }
      waiters.clear()
    },
  }
}
