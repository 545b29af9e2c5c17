import { createLogin, type LoginOptions } from '@auth/core/login'
import { login, session } from '@auth/hono'
import { type Context, Hono, type Next } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { secureHeaders } from 'hono/secure-headers'
import { page } from './page.js'
import { HomePage } from './pages/home.js'
import { MessagePage } from './pages/message.js'
import { pathTo } from './paths.js'
import { type PersonEnv, personOnly } from './person.js'
import { loginRefusal, refusalPage } from './refusals.js'
import { accountRoutes } from './routes/accounts.js'
import { cardRoutes } from './routes/cards.js'
import { loginRoute } from './routes/login.js'
import { sessionRoutes } from './routes/session.js'
import { style } from './style.js'

/** What the app is made of. */
export interface WebApp {
  /** The login; its redirect URI is in `/auth`. */
  readonly login: LoginOptions & { readonly issuer: string }
  /** Where the Accounts API is. */
  readonly apiUrl: string
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: (() => number) | undefined
}

/** More than any form here holds, in bytes. */
const longestBody = 64 * 1024

/** The web app for people. */
export function createApp({ login: options, apiUrl, now = Date.now }: WebApp) {
  const people = createLogin({ ...options, now, onError: loginRefusal })
  const whoever = session(people, { optional: true })
  const app = new Hono<PersonEnv>()
  app.use('/auth/*', namelessReferrer)
  app.use(headers(options.issuer), bodyLimit({ maxSize: longestBody, onError: tooLong }), login(people))
  app.get('/style.css', (c) => {
    c.header('cache-control', 'max-age=300')
    return c.body(style, 200, { 'content-type': 'text/css; charset=utf-8' })
  })
  app.get('/', whoever, (c) => {
    const next = c.req.query('next')
    if (c.var.session !== undefined) return c.redirect('/accounts', 303)
    const notice = next === undefined ? undefined : 'log-in-first'
    return page(c, <HomePage loginPath={pathTo('/login', { next })} notice={notice} />)
  })
  app.get('/goodbye', (c) => page(c, <HomePage loginPath="/login" notice="logged-out" />))
  app.route('/login', loginRoute(people))
  for (const path of ['/accounts/*', '/cards/*', '/session/*']) app.use(path, whoever, personOnly(apiUrl))
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

/** A page that stands for a login may have a code in its address; it holds no form, which would need a referrer. */
async function namelessReferrer(c: Context, next: Next) {
  await next()
  c.header('referrer-policy', 'no-referrer')
}

function tooLong(c: Context) {
  const next = { path: '/', words: 'Back to the start' }
  return page(c, <MessagePage title="That is too long" text="No form of this app holds as much." next={next} />, 413)
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
