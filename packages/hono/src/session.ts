import { BearerError } from '@auth/core'
import type { Session } from '@auth/core/login'
import type { MiddlewareHandler } from 'hono'
import { answerBy, guarding } from './guard.js'
import { loginOf, type People } from './login.js'

/** The variables that `session()` sets, for sub-applications. */
export interface SessionEnv<T = Session> {
  Variables: { session: T }
}

/** Options of `session`. */
export interface SessionOptions {
  /** Lets whoever has not logged in pass; `c.var.session` is then undefined. @default false */
  readonly optional?: boolean | undefined
}

/**
 * Lets a request pass whose sender has logged in, and puts the session into `c.var.session`. Whoever else loads a page is
 * sent to log in, and any other request gets a 401. A bearer token is no session: for routes that take both, see
 * `people.verifier`.
 *
 * @param people the login. @default that of the `login()` before it
 * @throws TypeError at the request, when there is none.
 * @example
 * const app = new Hono().use(login(people)).get('/', session(), (c) => c.text(`Hello ${c.var.session.subject}`))
 */
export function session(
  people?: People,
  options?: SessionOptions & { readonly optional?: false | undefined },
): MiddlewareHandler<SessionEnv>
export function session(
  people: People | undefined,
  options: SessionOptions,
): MiddlewareHandler<SessionEnv<Session | undefined>>
export function session(people?: People, { optional = false }: SessionOptions = {}): MiddlewareHandler {
  return guarding({
    check: async (c) => {
      const login = people ?? loginOf(c)
      if (login === undefined) throw new TypeError('session() runs without login(…) before it: add app.use(login(…))')
      answerBy(c, login)
      try {
        c.set('session', await login.requireSession(c.req.raw))
      } catch (error) {
        if (!(optional && error instanceof BearerError && error.code === 'missing_token')) throw error
        c.set('session', undefined)
      }
    },
  })
}
