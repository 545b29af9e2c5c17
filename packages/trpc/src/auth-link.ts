import type { TokenClient } from '@auth/core'
import { type Observable, observable, type Unsubscribable } from '@trpc/server/observable'

/** What is needed of a token client. */
export type LinkClient = Pick<TokenClient, 'getToken' | 'fetch'>

/** `fetch` as tRPC's links call it. */
export type LinkFetch = (input: string | URL | Request, init?: LinkRequestInit) => Promise<Response>

/** tRPC passes a signal that may be undefined. */
export type LinkRequestInit = Omit<RequestInit, 'signal'> & { readonly signal?: AbortSignal | null | undefined }

/** A link of `@trpc/client`, which servers need not have installed. */
export type Link<Runtime, Operation, Result, Failure> = (
  runtime: Runtime,
) => (call: { op: Operation; next: (op: Operation) => Observable<Result, Failure> }) => Observable<Result, Failure>

/**
 * Sends the client's access token with each request, to the origins it is allowed to see only, and renews it once when
 * it is refused: after a 401 for the whole request, and after an `UNAUTHORIZED` that a batch or a stream hides behind
 * another status. Only calls refused because of their token are sent again; none of them had reached its resolver.
 *
 * @param client its `allowedOrigins` must name the API's origin.
 * @param send makes the link that sends, with the `fetch` it is given. Subscriptions do not use `fetch`.
 * @example
 * const trpc = createTRPCClient<AppRouter>({
 *   links: [authLink(client, (fetch) => httpBatchLink({ url: 'https://api.example.com/trpc', fetch }))],
 * })
 */
export function authLink<Runtime, Operation, Result, Failure>(
  client: LinkClient,
  send: (fetch: LinkFetch) => Link<Runtime, Operation, Result, Failure>,
): Link<Runtime, Operation, Result, Failure> {
  const link = send((input, { signal = null, ...init } = {}) => client.fetch(input, { ...init, signal }))
  return (runtime) => {
    const call = link(runtime)
    return (operation) =>
      retryingOnce(
        () => call(operation),
        (failure) => renewed(client, failure),
      )
  }
}

/** Subscribes a second time where the first failed in a way that `mayRetry` has mended. */
function retryingOnce<Result, Failure>(
  start: () => Observable<Result, Failure>,
  mayRetry: (failure: Failure) => Promise<boolean>,
): Observable<Result, Failure> {
  return observable<Result, Failure>((observer) => {
    let ended = false
    let current: Unsubscribable = start().subscribe({ ...observer, error: (failure) => void again(failure) })
    async function again(failure: Failure): Promise<void> {
      const retry = await mayRetry(failure)
      if (ended) return
      if (retry) current = start().subscribe(observer)
      else observer.error(failure)
    }
    return () => {
      ended = true
      current.unsubscribe()
    }
  })
}

/** Whether a call failed for its token alone, and there is a new one. */
async function renewed(client: LinkClient, failure: unknown): Promise<boolean> {
  // A 401 for all calls has been seen, and answered, by the client's own `fetch`.
  if (member(failure, 'data', 'auth', 'error') !== 'invalid_token') return false
  if (member(failure, 'meta', 'response', 'status') === 401) return false
  try {
    await client.getToken({ forceRefresh: true })
    return true
  } catch {
    // The refusal says more than the failed renewal does.
    return false
  }
}

function member(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce((at, name) => (typeof at === 'object' && at !== null ? Reflect.get(at, name) : undefined), value)
}
