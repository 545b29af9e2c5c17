import { type AccessToken, type AnyVerifier, authorize } from '@auth/core'
import { type ExecutionContext, Inject, Injectable, Logger } from '@nestjs/common'
import { HttpAdapterHost } from '@nestjs/core'
import type { Access } from './access.js'
import { BearerGuard } from './bearer.guard.js'
import { registryOf } from './registry.js'
import { AUTH_VERIFIER } from './verifier.js'

/**
 * Lets a request pass whose valid access token satisfies the `@RequireScopes` policies of class and handler. It
 * authenticates by itself, once per request even if `BearerGuard` ran before.
 *
 * A handler with neither `@RequireScopes` nor `@Public` is a mistake of the programmer: every call is refused with
 * 403, and the log names the handler, at start-up where it can be seen and at the first call.
 *
 * @throws BearerException with the core's answer; anything else that goes wrong passes as it is.
 * @example
 * @UseGuards(ScopeGuard)
 * @Controller('accounts')
 * export class AccountsController {
 *   @Get() @RequireScopes('accounts:read')
 *   list() {}
 * }
 */
@Injectable()
export class ScopeGuard extends BearerGuard {
  readonly #logger: Logger = new Logger(ScopeGuard.name)
  readonly #reported: WeakSet<object>

  constructor(@Inject(AUTH_VERIFIER) verifier: AnyVerifier, @Inject(HttpAdapterHost) host: HttpAdapterHost) {
    super(verifier, host)
    this.#reported = registryOf(host).reported
  }

  protected override permits(
    token: AccessToken<string, object>,
    access: Exclude<Access, 'public'> | undefined,
    context: ExecutionContext,
  ): boolean {
    if (access === undefined) {
      this.#report(context)
      return false
    }
    // As one policy, so that the challenge lists what all of them miss.
    if (access !== 'optional') authorize(token, { allOf: access })
    return true
  }

  /** Once per handler: a caller must not be able to fill the log. */
  #report(context: ExecutionContext): void {
    const handler = context.getHandler()
    if (this.#reported.has(handler)) return
    this.#reported.add(handler)
    this.#logger.error(withoutPolicy(`${context.getClass().name}.${handler.name}`))
  }
}

/** What is said of a handler that nobody may call. */
export function withoutPolicy(handler: string): string {
  return `${handler} is behind ScopeGuard with neither @RequireScopes(…) nor @Public(): every call is refused`
}
