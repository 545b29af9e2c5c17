import { checkStepUp, type StepUp } from '@auth/core'
import { applyDecorators, UseGuards } from '@nestjs/common'
import { StepUpGuard } from './step-up.guard.js'
import { declareStepUp } from './step-ups.js'

/**
 * How, or how lately, the user must have logged in to reach a handler, or every handler of a class (RFC 9470). It brings
 * {@link StepUpGuard} along. What a class asks for, its handlers ask for too, and neither `@Public()` nor `@OptionalAuth()`
 * opens them.
 *
 * Scopes are looked at first: no login mends a missing one.
 *
 * @param requirement `acrValues`, of which one must be the token's `acr`; `maxAge`, the seconds since its `auth_time`.
 * @throws TypeError when it asks for nothing.
 * @example
 * @Post()
 * @RequireStepUp({ acrValues: ['urn:example:mfa'], maxAge: 300 })
 * @RequireScopes('payments:write')
 * pay() {}
 */
export function RequireStepUp(requirement: StepUp): ClassDecorator & MethodDecorator {
  return applyDecorators(declareStepUp(checkStepUp(requirement)), UseGuards(StepUpGuard))
}
