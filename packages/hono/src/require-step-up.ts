import { checkStepUp, type StepUp } from '@auth/core'
import type { MiddlewareHandler } from 'hono'
import { earlierToken, type TokenSource } from './accepted.js'
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
  return requiringStepUp(earlierToken('requireStepUp'), requirement)
}

/** The same for the token of any source. */
export function requiringStepUp({ accepted, resolve }: TokenSource, requirement: StepUp): MiddlewareHandler {
  const checked = checkStepUp(requirement)
  return guarding({
    resolve,
    check: async (c) => {
      const { verifier, token } = await accepted(c)
      verifier.stepUp(token, checked)
    },
  })
}
