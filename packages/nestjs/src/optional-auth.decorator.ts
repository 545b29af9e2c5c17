import type { AccessToken } from '@auth/core'
import { applyDecorators, UseGuards } from '@nestjs/common'
import { declareAccess } from './access.js'
import { BearerGuard } from './bearer.guard.js'

/** What is known of every token, whatever its scopes and claims. */
type AnyToken = Pick<AccessToken, 'issuer' | 'scopes' | 'expiresAt'>

/** The parameters of a handler, but for those that would hold a token even where there is none. */
type MayLackToken<A extends readonly unknown[]> = {
  readonly [I in keyof A]: 0 extends 1 & A[I] ? A[I] : [A[I]] extends [AnyToken] ? AccessToken | undefined : A[I]
}

/** A decorator that does not compile on a handler which takes it for granted that there is a token. */
export interface OptionalAuthDecorator {
  // biome-ignore lint/complexity/noBannedTypes: it is how TypeScript types the target of a class decorator.
  (target: Function): void
  <A extends readonly unknown[], R>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<(...parameters: A) => R> & {
      readonly value?: (...parameters: MayLackToken<A>) => unknown
    },
  ): void
}

/**
 * Lets a request without a token through to a handler, or to every handler of a class that does not say otherwise;
 * `@Token()` is undefined then. A token that is there and is not accepted is refused all the same: nobody becomes
 * anonymous by a forged one. It brings `BearerGuard` along.
 *
 * @throws TypeError beside `@Public()` or `@RequireScopes` on the same target.
 * @example
 * @Get()
 * @OptionalAuth()
 * greet(@Token('subject') subject: string | undefined) { return `Hello ${subject ?? 'stranger'}` }
 */
export function OptionalAuth(): OptionalAuthDecorator {
  return applyDecorators(declareAccess('optional'), UseGuards(BearerGuard))
}
