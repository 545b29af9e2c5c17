import { checkStepUp, type StepUp } from '@auth/core'
import type { MiddlewareHandler } from 'hono'
import { requireLogin } from './authentication.js'
import { guarding } from './guard.js'

/**
 * Lets a request pass whose user logged in the way, or as lately, as this step asks for (RFC 9470). It belongs after
 * `bearer()` or `requireScopes(…)`; the one of `createHonoAuth` authenticates by itself.
 *
 * @param requirement `acrValues`, of which one must be the token's `acr`; `maxAge`, the seconds since its `auth_time`.
 * @throws TypeError when it asks for nothing; at the request when nothing has looked for a token.
 * @example
 * app.use(bearer()).post('/payments', requireScopes('payments:write'), requireStepUp({ maxAge: 300 }), (c) => c.json({}))
 */
export function requireStepUp(requirement: StepUp): MiddlewareHandler {
  const checked = checkStepUp(requirement)
  return guarding({ check: (c) => requireLogin(c, checked) })
}
