import { createVerifier } from '@auth/core'
import { createLogin, type Login, type LoginOptions } from '@auth/core/login'
import { createUserAgent, type LoginServer, startLoginServer, type UserAgent } from '@auth/testing'
import { type AnyApp, listen } from './server.js'

/** An application that people log in to. */
export interface PeopleApp extends AsyncDisposable {
  readonly url: string
  readonly server: LoginServer
  /** A browser in which Ada has logged in. */
  readonly logIn: (path?: string) => Promise<UserAgent>
}

/** Starts a login server and an application, which is made when its login is known. */
export async function startPeopleApp(
  make: (people: Login) => AnyApp,
  options: Partial<LoginOptions> = {},
): Promise<PeopleApp> {
  const server = await startLoginServer()
  let app: AnyApp | undefined
  const listening = await listen({
    fetch: (...request) => app?.fetch(...request) ?? new Response(null, { status: 503 }),
  })
  const { url } = listening
  const redirectUri = `${url}/auth/callback`
  const { clientId, clientSecret } = await server.registerClient({ redirectUri })
  const { issuer, audience } = server
  app = make(
    createLogin({
      issuer,
      clientId,
      clientSecret,
      redirectUri,
      scope: 'accounts:read',
      resource: audience,
      verifier: createVerifier({ issuer, audience }),
      ...options,
    }),
  )
  const logIn = async (path = '/auth/login'): Promise<UserAgent> => {
    const agent = createUserAgent()
    const began = await agent.fetch(url + path)
    const back = await agent.logIn(began.headers.get('location') ?? '', { person: server.people.ada })
    await agent.fetch(back.url)
    return agent
  }
  return {
    url,
    server,
    logIn,
    [Symbol.asyncDispose]: async () => {
      await listening[Symbol.asyncDispose]()
      await server.close()
    },
  }
}
