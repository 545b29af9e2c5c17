import { type Observable, observable, type Unsubscribable } from '@trpc/server/observable'
import { idOf, isData, type LinkClient, LinkSession, type LinkSocket, resumed } from './link-session.js'

/** `fetch` as tRPC's links call it. */
export type LinkFetch = (input: string | URL | Request, init?: LinkRequestInit) => Promise<Response>

/** tRPC passes a signal that may be undefined. */
export type LinkRequestInit = Omit<RequestInit, 'signal'> & { readonly signal?: AbortSignal | null | undefined }

/** A link of `@trpc/client`, which servers need not have installed. */
export type Link<Runtime, Operation, Result, Failure> = (
  runtime: Runtime,
) => (call: { op: Operation; next: (op: Operation) => Observable<Result, Failure> }) => Observable<Result, Failure>

/** Options of `authLink`. */
export interface AuthLinkOptions {
  /**
   * The WebSocket client of a `wsLink`, whose token belongs to its connection: a renewed one is sent by opening it again,
   * with all that is under way on it.
   */
  readonly socket?: LinkSocket | undefined
}

/**
 * Sends the client's access token with each request, to the origins it is allowed to see only, and renews it once when
 * it is refused: after a 401 for the whole request, and after an `UNAUTHORIZED` that a batch, a stream or a socket hides.
 * Only calls refused because of their token are sent again; none of them had reached its resolver. A subscription that
 * ended with its token starts again where it was, if its events are `tracked`.
 *
 * @param client its `allowedOrigins` must name the API's origin.
 * @param send makes the link that sends, with the `fetch` it is given. A `wsLink` does without, see `authSocket`.
 * @example
 * const trpc = createTRPCClient<AppRouter>({
 *   links: [authLink(client, (fetch) => httpBatchLink({ url: 'https://api.example.com/trpc', fetch }))],
 * })
 */
export function authLink<Runtime, Operation extends object, Result, Failure>(
  client: LinkClient,
  send: (fetch: LinkFetch) => Link<Runtime, Operation, Result, Failure>,
  { socket }: AuthLinkOptions = {},
): Link<Runtime, Operation, Result, Failure> {
  const link = send((input, { signal = null, ...init } = {}) => client.fetch(input, { ...init, signal }))
  const session = new LinkSession(client, socket)
  return (runtime) => {
    const call = link(runtime)
    return (operation) =>
      retryingOnce(session, (lastEventId) =>
        call(lastEventId === undefined ? operation : { ...operation, op: resumed(operation.op, lastEventId) }),
      )
  }
}

/** Subscribes again where a token was refused, once for each token that got something through or came to its end. */
function retryingOnce<Result, Failure>(
  session: LinkSession,
  start: (lastEventId: string | undefined) => Observable<Result, Failure>,
): Observable<Result, Failure> {
  return observable<Result, Failure>((observer) => {
    let ended = false
    let mayRetry = true
    let lastEventId: string | undefined
    let current: Unsubscribable | undefined
    const attempt = (): void => {
      const epoch = session.epoch
      const again = async (failure: Failure): Promise<void> => {
        const retry = (mayRetry || session.isOver) && (await session.renewed(failure, epoch))
        mayRetry = false
        if (ended) return
        if (retry) attempt()
        else observer.error(failure)
      }
      current = start(lastEventId).subscribe({
        ...observer,
        next: (result) => {
          lastEventId = idOf(result) ?? lastEventId
          mayRetry ||= isData(result)
          observer.next(result)
        },
        error: (failure) => void again(failure),
      })
    }
    attempt()
    return () => {
      ended = true
      current?.unsubscribe()
    }
  })
}
