import type { AccessToken, BearerError, RequestLike } from '@auth/core'
import type { ExecutionContext } from '@nestjs/common'
import type { ModulesContainer } from '@nestjs/core'

/** How a token arrived. */
export interface Arrival {
  /** What brought it, a request or a connection: a token is remembered with it, and looked at once. */
  readonly carrier: object
  readonly request: RequestLike
  /** Told of a token that was accepted, the first time it was looked at. */
  readonly accepted?: ((token: AccessToken<string, object>) => void) | undefined
}

/**
 * How tokens arrive and refusals leave in one kind of context: HTTP is known; for others give
 * `AuthModule.forRoot(source, { transports: [websockets()] })` what `@auth/nestjs/websockets`, `@auth/nestjs/graphql` and
 * `@auth/nestjs/microservices` make. A context of no known kind is denied.
 */
export interface Transport {
  /** What `ExecutionContext.getType()` calls it. */
  readonly type: string
  /** Undefined where nothing can have brought a token: the call is denied then. */
  arrival(context: ExecutionContext): Arrival | undefined
  /** What is thrown for a refusal. */
  refuse(error: BearerError, context: ExecutionContext): Error | Promise<Error>
  /** Looks at an application when it starts. @throws TypeError where something would be open. */
  check?(modules: ModulesContainer): void
}
