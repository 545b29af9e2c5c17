import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  createUserAgent,
  type LoginClientOptions,
  type LoginServer,
  type LoginServerOptions,
  type PageAnswers,
  startLoginServer,
  type UserAgent,
} from '@auth/testing'
import { AuthError } from '../../../src/errors.js'
import type { LoginEvent } from '../../../src/login/events.js'
import { createLogin } from '../../../src/login/login.js'
import type { Login, LoginOptions } from '../../../src/login/types.js'
import { createVerifier } from '../../../src/verifier/verifier.js'

/** An app that people log in to, and the authorization server they do it at. */
export interface App extends AsyncDisposable {
  readonly origin: string
  readonly server: LoginServer
  readonly login: Login
  readonly clientId: string
  readonly clientSecret: string
  readonly events: readonly LoginEvent[]
  /** Somebody's browser that logs in, and what the app answered to the way back. */
  readonly logIn: (options?: Partial<LoggingIn>) => Promise<{ readonly agent: UserAgent; readonly answer: Response }>
}

/** How somebody logs in. */
export interface LoggingIn extends Omit<PageAnswers, 'person'> {
  readonly agent: UserAgent
  readonly path: string
  readonly person: PageAnswers['person']
}

export interface AppOptions {
  readonly server?: LoginServerOptions | undefined
  readonly client?: Partial<LoginClientOptions> | undefined
  readonly login?: Partial<LoginOptions> | undefined
}

/** Starts both. The app answers `/accounts` to who may read them, and under `/auth` what its login answers. */
export async function startApp(options: AppOptions = {}): Promise<App> {
  const server = await startLoginServer(options.server)
  const http = createServer(async (incoming, response) => {
    const answer = await respond(login, await requestOf(origin, incoming))
    const headers = [...answer.headers].filter(([name]) => name !== 'set-cookie')
    response.writeHead(
      answer.status,
      [...headers, ...answer.headers.getSetCookie().map((each) => ['set-cookie', each])].flat(),
    )
    response.end(await answer.text())
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${portOf(http.address())}`
  const redirectUri = `${origin}/auth/callback`
  const { clientId, clientSecret } = await server.registerClient({
    redirectUri,
    postLogoutRedirectUri: `${origin}/bye`,
    backChannelLogoutUri: `${origin}/auth/backchannel-logout`,
    ...options.client,
  })
  const events: LoginEvent[] = []
  const login = createLogin({
    issuer: server.issuer,
    clientId,
    clientSecret,
    redirectUri,
    scope: 'openid profile accounts:read',
    resource: server.audience,
    verifier: createVerifier({ issuer: server.issuer, audience: server.audience, now: options.login?.now }),
    onEvent: (event) => events.push(event),
    ...options.login,
  })
  const logIn: App['logIn'] = async ({ agent = createUserAgent(), path = '/auth/login', ...answers } = {}) => {
    const began = await agent.fetch(`${origin}${path}`)
    const back = await agent.logIn(began.headers.get('location') ?? '', { person: server.people.ada, ...answers })
    const answer = await agent.fetch(back.url, back.form === undefined ? {} : { method: 'POST', body: back.form })
    return { agent, answer }
  }
  return {
    origin,
    server,
    login,
    clientId,
    clientSecret,
    events,
    logIn,
    [Symbol.asyncDispose]: async () => {
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
      await server.close()
    },
  }
}

async function respond(login: Login, request: Request): Promise<Response> {
  const handled = await login.handle(request)
  if (handled !== undefined) return handled
  const { pathname } = new URL(request.url)
  try {
    if (pathname === '/session') return Response.json((await login.session(request)) ?? null)
    const token = await login.authenticate(request, { scopes: 'accounts:read' })
    return Response.json({ subject: token.subject, scopes: token.scopes })
  } catch (error) {
    if (error instanceof AuthError) return await login.answer(request, error)
    throw error
  }
}

/** A request as the platform has it. */
async function requestOf(origin: string, incoming: IncomingMessage): Promise<Request> {
  const { method = 'GET', url = '/', rawHeaders } = incoming
  const headers = new Headers()
  for (let i = 0; i < rawHeaders.length; i += 2) headers.append(rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '')
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const body = method === 'GET' || method === 'HEAD' ? null : Buffer.concat(chunks)
  return new Request(`${origin}${url}`, { method, headers, body })
}

function portOf(address: AddressInfo | string | null): number {
  if (typeof address === 'object' && address !== null) return address.port
  throw new Error('the app does not listen on a port')
}
