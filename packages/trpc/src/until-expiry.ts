import { type AccessToken, BearerError, onExpiry } from '@auth/core'
import { isObservable, type Observable, observable } from '@trpc/server/observable'
import { toTRPCError } from './refusal.js'

/** Streams that end with their token already: several middlewares may protect one procedure. */
const ending = new WeakSet<object>()

/**
 * Ends what a procedure streams when its token expires, be it a subscription or the answer of a query, as a refusal:
 * `UNAUTHORIZED`, `error: 'invalid_token'`. What does not stream stays as it is.
 */
export function untilExpiry<R extends object, S extends string, C extends object>(
  token: AccessToken<S, C>,
  result: R,
): R {
  if (!('data' in result)) return result
  const { data } = result
  if (typeof data !== 'object' || data === null || ending.has(data)) return result
  const until: Until = (ended) => onExpiry(token, (refusal) => ended(toTRPCError(refusal)))
  const stream = isObservable(data) ? observed(data, until) : isIterable(data) ? iterated(data, until) : undefined
  if (stream === undefined) return result
  ending.add(stream)
  return { ...result, data: stream }
}

/** Calls back with what to throw once the token has expired; the function that is returned gives that up. */
type Until = (ended: (failure: unknown) => void) => () => void

function observed(source: Observable<unknown, unknown>, until: Until): Observable<unknown, unknown> {
  return observable((observer) => {
    const subscription = source.subscribe(observer)
    const giveUp = until((failure) => {
      observer.error(failure)
      subscription.unsubscribe()
    })
    return () => {
      giveUp()
      subscription.unsubscribe()
    }
  })
}

/**
 * No generator, for its `return()` would wait for a `next()` under way; and no `Promise.race`, which would keep
 * something of each value as long as the token lives.
 */
function iterated(source: AsyncIterable<unknown>, until: Until): AsyncIterableIterator<unknown> {
  const iterator = source[Symbol.asyncIterator]()
  let over: { readonly failure: unknown } | undefined
  let leave = (_failure: unknown): void => undefined
  // From the first value on: what nobody reads needs no end.
  let giveUp: (() => void) | undefined
  const end = (failure: unknown): void => {
    over = { failure }
    leave(failure)
    iterator.return?.().catch(() => undefined)
  }
  const settled = (result: IteratorResult<unknown>): IteratorResult<unknown> => {
    if (result.done === true) giveUp?.()
    return result
  }
  const failed = async (error: unknown): Promise<never> => {
    giveUp?.()
    throw error instanceof BearerError ? toTRPCError(error) : error
  }
  return {
    next: () =>
      new Promise((resolve, reject) => {
        if (over !== undefined) return reject(over.failure)
        giveUp ??= until(end)
        leave = reject
        iterator.next().then(settled, failed).then(resolve, reject)
      }),
    return: async (value) => {
      giveUp?.()
      return (await iterator.return?.(value)) ?? { done: true, value }
    },
    throw: failed,
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

function isIterable(value: object): value is AsyncIterable<unknown> {
  return Symbol.asyncIterator in value
}
