import type { Session } from '@auth/core/login'
import type { SessionEnv } from '@auth/hono'
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
export function personOnly(apiUrl: string) {
  return createMiddleware<PersonEnv & SessionEnv<Session | undefined>>(async (c, next) => {
    const { session } = c.var
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
