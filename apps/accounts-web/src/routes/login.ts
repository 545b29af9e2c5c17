import type { Login } from '@auth/core/login'
import { scopes as catalogue } from 'accounts'
import { Hono } from 'hono'
import { readForm } from '../form.js'

/** To log in, for the first time or for more, and to log out. */
export function loginRoutes(login: Login) {
  return new Hono()
    .get('/login', async (c) => {
      const { next = '/accounts', scope = '', acr_values = '', max_age = '' } = c.req.query()
      const acrValues = acr_values.split(' ').filter(Boolean)
      return await login.start(c.req.raw, {
        returnTo: next,
        // Whoever made up the link can ask for no more than the app itself does.
        scope: scope.split(' ').filter((name) => catalogue.has(name)),
        acrValues: acrValues.length === 0 ? undefined : acrValues,
        maxAge: /^\d{1,6}$/.test(max_age) ? Number(max_age) : undefined,
      })
    })
    .on(['GET', 'POST'], '/auth/callback', (c) => login.callback(c.req.raw))
    .post('/auth/back-channel-logout', (c) => login.backChannelLogout(c.req.raw))
    .post('/logout', async (c) => {
      const { everywhere } = await readForm(c, ['everywhere'])
      return await login.logout(c.req.raw, { everywhere: everywhere === 'yes' })
    })
}
