import type { Session } from '@auth/core/login'
import { createParamDecorator, type ExecutionContext } from '@nestjs/common'
import { callOf } from '../authentication.js'
import { type Beside, createBeside } from '../beside.js'
import type { TypedParameterDecorator } from '../token.decorator.js'

/** By call, as tokens are. */
const sessions: Beside<Session> = createBeside()

/** Notes whose session a guard found. */
export function noteSession(context: ExecutionContext, session: Session): void {
  const call = callOf(context)
  if (call !== undefined) sessions.set(call, session)
}

/**
 * The session of this request, as `SessionGuard` found it.
 *
 * @throws TypeError when that did not run.
 */
export const LoginSession: () => TypedParameterDecorator<Session> = () => fromContext()

const fromContext = createParamDecorator((_: undefined, context: ExecutionContext): Session => {
  const call = callOf(context)
  const session = call === undefined ? undefined : sessions.get(call)
  if (session !== undefined) return session
  const handler = `${context.getClass().name}.${context.getHandler().name}`
  throw new TypeError(`@LoginSession() in ${handler}: no guard found a session; add @UseGuards(SessionGuard)`)
})
