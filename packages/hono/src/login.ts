import { createLogin, type Login, type LoginOptions } from '@auth/core/login'
import type { Context, MiddlewareHandler } from 'hono'
import { answerBy, keepingFields } from './guard.js'

/** What is needed of a login here, whatever the scopes and claims of its verifier. */
export type People = Pick<Login, 'handle' | 'answer' | 'requireSession'>

const logins = new WeakMap<Context, People>()

/** The login that a request has passed. */
export function loginOf(c: Context): People | undefined {
  return logins.get(c)
}

/**
 * Lets people log in: it answers what is under the folder of the login's redirect URI, and whoever loads a page that a
 * later middleware of this package refuses, for want of a session or of one that is strong enough, is sent to log in.
 * Whatever else is refused gets the answer it would get anyway.
 *
 * Put it before what is guarded; `bearer(people.verifier)` and `createHonoAuth(people.verifier)` then take sessions and
 * tokens alike.
 *
 * @param source a login of `createLogin`, or its options.
 * @throws TypeError for wrong options.
 * @example
 * const people = createLogin({ issuer, clientId, clientSecret, redirectUri: 'https://app.example/auth/callback', verifier })
 * const app = new Hono().use(login(people)).get('/accounts', bearer(people.verifier), (c) => c.json([]))
 */
export function login(source: People | LoginOptions): MiddlewareHandler {
  const people = 'handle' in source ? source : createLogin(source)
  return async (c, next) => {
    const answer = await people.handle(c.req.raw)
    if (answer !== undefined) return keepingFields(c, answer)
    logins.set(c, people)
    answerBy(c, people)
    return await next()
  }
}
