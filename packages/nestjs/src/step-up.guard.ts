import { type AccessToken, authorize, type StepUp, stepUp } from '@auth/core'
import { type ExecutionContext, Injectable } from '@nestjs/common'
import type { Access } from './access.js'
import { BearerGuard } from './bearer.guard.js'
import { stepUpsOf } from './step-ups.js'

/**
 * Lets a request pass whose user logged in as the `@RequireStepUp` of class and handler ask for. It authenticates by
 * itself, once per request even if other guards ran before, and looks at `@RequireScopes` first wherever that stands: no
 * login mends a missing scope. Neither `@Public()` nor `@OptionalAuth()` opens what asks for a login.
 *
 * @throws BearerException with the core's answer; anything else that goes wrong passes as it is.
 */
@Injectable()
export class StepUpGuard extends BearerGuard {
  protected override accessOf(context: ExecutionContext): Access | undefined {
    const access = super.accessOf(context)
    return typeof access === 'string' && requirementsOf(context).length > 0 ? undefined : access
  }

  protected override permits(
    token: AccessToken<string, object>,
    access: Exclude<Access, 'public'> | undefined,
    context: ExecutionContext,
  ): boolean {
    if (access !== undefined && access !== 'optional') authorize(token, { allOf: access })
    for (const requirement of requirementsOf(context)) stepUp(token, requirement)
    return true
  }
}

function requirementsOf(context: ExecutionContext): readonly StepUp[] {
  return stepUpsOf(context.getClass(), context.getHandler())
}
