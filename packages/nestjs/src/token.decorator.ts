import type { AccessToken } from '@auth/core'
import { createParamDecorator, type ExecutionContext } from '@nestjs/common'
import { authenticationOf } from './authentication.js'

/** A parameter decorator that does not compile on a parameter of another type. */
export type TypedParameterDecorator<T> = <O extends object, K extends keyof O & (string | symbol), I extends number>(
  target: O,
  key: K,
  index: O[K] extends (...parameters: infer A) => unknown ? ([T] extends [A[I]] ? I : never) : never,
) => void

/** Hands the token to a parameter, or one member of it. */
export interface TokenDecorator<T extends object> {
  (): TypedParameterDecorator<T>
  <K extends keyof T & keyof AccessToken>(member: K): TypedParameterDecorator<T[K]>
}

/**
 * The access token of this request, or one of its members, as a guard verified it. Where `@OptionalAuth()` let a request
 * without a token pass, it is undefined.
 *
 * @throws TypeError when no guard ran: put `BearerGuard` or `ScopeGuard` before the handler. A `@Public()` handler has
 * no token.
 * @example
 * @Get()
 * @RequireScopes('accounts:read')
 * list(@Token('subject') subject: string | undefined, @Token() token: AccessToken) {}
 */
export const Token: TokenDecorator<AccessToken> = (member?: keyof AccessToken) => injectToken(member)

/** Untyped, for those who type it. */
export function injectToken(member: keyof AccessToken | undefined): ParameterDecorator {
  return fromContext(member)
}

const fromContext = createParamDecorator(
  (member: keyof AccessToken | undefined, context: ExecutionContext): unknown => {
    const authentication = authenticationOf(context)
    if (authentication === undefined) {
      throw new TypeError(
        `@Token() in ${context.getClass().name}.${context.getHandler().name}: no guard accepted a token; add @UseGuards(BearerGuard) or @RequireScopes(…)`,
      )
    }
    const { token } = authentication
    return member === undefined ? token : token?.[member]
  },
)
