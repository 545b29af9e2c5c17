import { type AccessToken, onExpiry } from '@auth/core'
import { type MonoTypeOperatorFunction, Observable, takeUntil } from 'rxjs'

/**
 * Completes a stream when its token expires: server-sent events, or what a microservice streams. Guards look at the
 * request that opens it, and at nothing that is sent afterwards. Clients that connect again need a new token then.
 *
 * @throws TypeError to who subscribes, when the token is a copy.
 * @example
 * @Sse('ticks')
 * @RequireScopes('ticks:read')
 * ticks(@Token() token: AccessToken) {
 *   return interval(1000).pipe(map((data) => ({ data })), untilExpiry(token))
 * }
 */
export function untilExpiry<T, S extends string, C extends object>(
  token: AccessToken<S, C>,
): MonoTypeOperatorFunction<T> {
  return takeUntil(new Observable<void>((subscriber) => onExpiry(token, () => subscriber.next())))
}
