import type { Login, Session } from '@auth/core/login'
import { createMiddleware } from 'hono/factory'
import { type AccountsApi, accountsApi, LoginNeeded } from './api.js'
import type { Viewer } from './pages/layout.js'

/** Who uses the app, and what their session lets it do. */
export interface Person {
  readonly viewer: Viewer
  readonly session: Session
  readonly api: AccountsApi
}

export interface PersonEnv {
  Variables: {
    person: Person
    /** Where to go on after a refusal has been dealt with. @default the page itself */
    retryPath: string | undefined
  }
}

/** Lets somebody pass who is logged in. */
export function personOnly(login: Login, apiUrl: string) {
  return createMiddleware<PersonEnv>(async (c, next) => {
    const session = await login.session(c.req.raw)
    if (session === undefined) throw new LoginNeeded('nobody is logged in')
    const { name } = session.claims
    c.set('person', {
      viewer: { name: typeof name === 'string' ? name : session.subject },
      session,
      api: accountsApi(apiUrl, async () => (await session.getToken()).accessToken),
    })
    await next()
  })
}
