import type { Login } from '@auth/core/login'
import { scopes as catalogue } from 'accounts'
import { Hono } from 'hono'

/** To log in, for the first time or for what a page lacks: a scope, or a login of some kind or age. */
export function loginRoute(people: Login) {
  return new Hono().get('/', async (c) => {
    const { next = '/accounts', scope = '', acr_values = '', max_age = '' } = c.req.query()
    const acrValues = acr_values.split(' ').filter(Boolean)
    return await people.start(c.req.raw, {
      returnTo: next,
      // Whoever made up the link can ask for no more than the app itself does.
      scope: scope.split(' ').filter((name) => catalogue.has(name)),
      acrValues: acrValues.length === 0 ? undefined : acrValues,
      maxAge: /^\d{1,6}$/.test(max_age) ? Number(max_age) : undefined,
    })
  })
}
