import type { Login } from '@auth/core/login'
import type { MiddlewareHandler } from 'hono'
import { answerBy, keepingFields } from './guard.js'

/**
 * Lets people log in: it answers what is under the folder of the login's redirect URI, and whoever loads a page that a
 * later middleware of this package refuses, for want of a session or of one that is strong enough, is sent to log in.
 * Whatever else is refused gets the answer it would get anyway.
 *
 * Put it before what is guarded; `bearer(people.verifier)` and `createHonoAuth(people.verifier)` then take sessions and
 * tokens alike.
 *
 * @example
 * const people = createLogin({ issuer, clientId, clientSecret, redirectUri: 'https://app.example/auth/callback', verifier })
 * const app = new Hono().use(login(people)).get('/accounts', bearer(people.verifier), (c) => c.json([]))
 */
export function login(people: Pick<Login, 'handle' | 'answer'>): MiddlewareHandler {
  return async (c, next) => {
    const answer = await people.handle(c.req.raw)
    if (answer !== undefined) return keepingFields(c, answer)
    answerBy(c, people)
    return await next()
  }
}
