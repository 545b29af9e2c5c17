import type { AccessToken } from '@auth/core'
import { type ExecutionContext, Inject, Logger, type Type, UseGuards } from '@nestjs/common'
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js'
import { type OnGatewayConnection, WsException } from '@nestjs/websockets'
import { authenticationOf } from './authentication.js'
import { BearerGuard } from './bearer.guard.js'
import { hangUp, noteHandshake, tell } from './sockets.js'
import { StepUpGuard } from './step-up.guard.js'

/**
 * A gateway whose connections bring a token with the request that opens them: Nest's guards look at messages only. What
 * the class requires is asked for there; a connection without it is told why and closed. `BearerGuard` guards every
 * message, and a connection ends when its token does.
 *
 * Put what `handleConnection` would do into `onConnection`.
 *
 * @example
 * @WebSocketGateway()
 * @RequireScopes('accounts:read')
 * export class AccountsGateway extends BearerGateway<WebSocket> {
 *   @SubscribeMessage('rename')
 *   @RequireScopes('accounts:write')
 *   rename(@Token('subject') subject: string | undefined) {}
 * }
 */
@UseGuards(BearerGuard)
export abstract class BearerGateway<C extends object = object> implements OnGatewayConnection<C> {
  /** It looks at the token, the scopes and the login. */
  @Inject(StepUpGuard)
  private readonly guard: StepUpGuard | undefined

  /** Not to be overridden; an application whose gateway does so does not start. */
  async handleConnection(client: C, request?: unknown): Promise<void> {
    noteHandshake(client, request)
    try {
      const context = this.context(client)
      if (await this.admits(context)) await this.onConnection(client, authenticationOf(context)?.token, request)
      else hangUp(client, 1008, 'Forbidden')
    } catch (error) {
      refuse(client, error)
    }
  }

  /**
   * Called for each connection that was let in.
   *
   * @param token unset where the class is `@Public()`, and without one where it is `@OptionalAuth()`.
   */
  protected onConnection(
    _client: C,
    _token: AccessToken<string, object> | undefined,
    _request?: unknown,
  ): void | Promise<void> {}

  private context(client: C): ExecutionContext {
    const gateway: unknown = this.constructor
    const context = new ExecutionContextHost([client], isClass(gateway) ? gateway : null, this.handleConnection)
    context.setType('ws')
    return context
  }

  private admits(context: ExecutionContext): Promise<boolean> {
    if (this.guard === undefined) throw new TypeError(`${this.constructor.name} was not made by Nest`)
    return this.guard.canActivate(context)
  }
}

function isClass(value: unknown): value is Type<object> {
  return typeof value === 'function'
}

/** Tells a client why it is not let in, and closes. What is no refusal is for the log. */
function refuse(client: object, error: unknown): void {
  const answer: unknown = error instanceof WsException ? error.getError() : undefined
  if (typeof answer !== 'object' || answer === null) {
    new Logger(BearerGateway.name).error(error)
    hangUp(client, 1011, 'Internal Server Error')
    return
  }
  tell(client, answer)
  const isOutage = 'status' in answer && answer.status === 503
  hangUp(client, isOutage ? 1013 : 1008, isOutage ? 'Try Again Later' : 'Unauthorized')
}
