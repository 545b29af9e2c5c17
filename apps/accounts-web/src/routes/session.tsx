import { scopes as catalogue } from 'accounts'
import { Hono } from 'hono'
import { page } from '../page.js'
import { SessionPage } from '../pages/session.js'
import type { PersonEnv } from '../person.js'

/** What the authorization server's names for kinds of logins mean. */
const kinds = new Map([
  ['urn:auth-testing:password', 'a password'],
  ['urn:auth-testing:code', 'a password and a one-time code'],
])

/** What one may know of one's session. @param now milliseconds since the epoch */
export function sessionRoutes(now: () => number) {
  return new Hono<PersonEnv>().get('/', async (c) => {
    const { viewer, session } = c.var.person
    const { expiresAt, refreshToken, scope } = await session.getToken()
    const granted = new Set(scope?.split(' '))
    const view = {
      viewer,
      now: Math.floor(now() / 1000),
      subject: session.subject,
      kind: kinds.get(session.acr ?? ''),
      authenticatedAt: session.authenticatedAt,
      createdAt: session.createdAt,
      idleUntil: session.idleUntil,
      absoluteUntil: session.expiresAt,
      token: { expiresAt, renewable: refreshToken !== undefined },
      scopes: catalogue.names.map((name) => ({
        name,
        description: catalogue.scopes[name],
        granted: granted.has(name),
      })),
    }
    return page(c, <SessionPage {...view} />)
  })
}
