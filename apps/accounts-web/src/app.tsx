import type { Login } from '@auth/core/login'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { secureHeaders } from 'hono/secure-headers'
import { page } from './page.js'
import { HomePage } from './pages/home.js'
import { MessagePage } from './pages/message.js'
import { pathTo } from './paths.js'
import { type PersonEnv, personOnly } from './person.js'
import { refusalPage } from './refusals.js'
import { accountRoutes } from './routes/accounts.js'
import { cardRoutes } from './routes/cards.js'
import { loginRoutes } from './routes/login.js'
import { sessionRoutes } from './routes/session.js'
import { style } from './style.js'

/** What the app is made of. */
export interface WebApp {
  readonly login: Login
  /** Where the authorization server is: forms may lead there. */
  readonly issuer: string
  /** Where the Accounts API is. */
  readonly apiUrl: string
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: (() => number) | undefined
}

/** More than any form here holds, in bytes. */
const longestBody = 64 * 1024

/** The web app for people. */
export function createApp({ login, issuer, apiUrl, now = Date.now }: WebApp) {
  const app = new Hono<PersonEnv>()
  app.use(headers(issuer), bodyLimit({ maxSize: longestBody }))
  app.get('/style.css', (c) => {
    c.header('cache-control', 'max-age=300')
    return c.body(style, 200, { 'content-type': 'text/css; charset=utf-8' })
  })
  app.get('/', async (c) => {
    const next = c.req.query('next')
    if ((await login.session(c.req.raw)) !== undefined) return c.redirect('/accounts', 303)
    const notice = next === undefined ? undefined : 'log-in-first'
    return page(c, <HomePage loginPath={pathTo('/login', { next })} notice={notice} />)
  })
  app.get('/goodbye', (c) => page(c, <HomePage loginPath="/login" notice="logged-out" />))
  app.route('/', loginRoutes(login))
  const person = personOnly(login, apiUrl)
  for (const path of ['/accounts', '/cards', '/session']) app.use(path, person).use(`${path}/*`, person)
  app.route('/accounts', accountRoutes).route('/cards', cardRoutes).route('/session', sessionRoutes(now))
  app.onError((error, c) => refusalPage(error, c))
  app.notFound((c) => {
    const next = { path: '/', words: 'Back to the start' }
    const viewer = c.get('person')?.viewer
    return page(
      c,
      <MessagePage title="There is no such page" text="The address may be old or mistyped." {...{ next, viewer }} />,
      404,
    )
  })
  return app
}

function headers(issuer: string) {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: ["'self'"],
      imgSrc: ['data:'],
      // Logging out is a form whose answer leads there.
      formAction: ["'self'", issuer],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
    // With no referrer at all, browsers would send the forms of this app with `Origin: null`.
    referrerPolicy: 'same-origin',
    strictTransportSecurity: false,
  })
}
