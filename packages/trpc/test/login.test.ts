import type { IncomingMessage } from 'node:http'
import { createVerifier, defineScopes, type TokenOf } from '@auth/core'
import { createLogin, type Login, type Session } from '@auth/core/login'
import { createUserAgent, type LoginServer, startLoginServer } from '@auth/testing'
import { createTRPCClient, createWSClient, httpBatchLink, wsLink } from '@trpc/client'
import { initTRPC } from '@trpc/server'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { type AuthContext, createTrpcAuth } from '../src/index.js'
import { listen } from './support/server.js'
import { listenWs } from './support/sockets.js'

const scopes = defineScopes({ 'accounts:read': 'Read accounts', 'cards:read': 'Read cards' })

/** What people see in front of the application, as if there were a proxy: its login knows no other. */
const origin = 'http://127.0.0.1:9'

let server: LoginServer
let people: Login<'accounts:read' | 'cards:read'>
let cookie: string

beforeAll(async () => {
  server = await startLoginServer()
  const redirectUri = `${origin}/auth/callback`
  const { clientId, clientSecret } = await server.registerClient({ redirectUri })
  const { issuer, audience } = server
  people = createLogin({
    issuer,
    clientId,
    clientSecret,
    redirectUri,
    scope: 'accounts:read',
    resource: audience,
    verifier: createVerifier({ issuer, audience, scopes }),
  })
  const began = await people.start(new Request(`${origin}/auth/login`))
  const { url } = await createUserAgent().logIn(began.headers.get('location') ?? '', { person: server.people.ada })
  const headers = { cookie: cookieOf(began) }
  cookie = cookieOf(await people.callback(new Request(url, { headers })))
})

afterAll(() => server.close())

/** The first cookie that an answer sets. */
function cookieOf(answer: Response): string {
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
}

function createApi() {
  const auth = createTrpcAuth(people.verifier)
  const t = initTRPC
    .context<AuthContext<TokenOf<typeof people.verifier>> & { readonly session: Session | undefined }>()
    .create({
      errorFormatter: auth.errorFormatter,
    })
  const router = t.router({
    who: t.procedure.query(({ ctx }) => ctx.session?.subject ?? null),
    accounts: t.procedure.concat(auth.scoped('accounts:read')).query(({ ctx }) => ctx.token.subject),
    cards: t.procedure.concat(auth.scoped('cards:read')).query(() => []),
    create: t.procedure.concat(auth.scoped('accounts:read')).mutation(() => true),
  })
  const createContext = async (given: {
    readonly req: IncomingMessage
    readonly info: Parameters<typeof auth.createContext>[0]['info']
  }) => ({
    ...(await auth.createContext(given)),
    session: await people.session(given.req),
  })
  return { router, createContext, responseMeta: auth.responseMeta }
}

type Api = ReturnType<typeof createApi>['router']

describe('a session', () => {
  const connect = async (headers: Readonly<Record<string, string>>) => {
    const http = await listen(createApi())
    onTestFinished(() => http[Symbol.asyncDispose]())
    return createTRPCClient<Api>({ links: [httpBatchLink({ url: http.url, headers })] })
  }

  test('is as good as a token, for as much as it may do', async () => {
    const trpc = await connect({ cookie, origin })
    const [who, accounts, cards] = await Promise.allSettled([
      trpc.who.query(),
      trpc.accounts.query(),
      trpc.cards.query(),
    ])
    expect([who, accounts]).toEqual([
      { status: 'fulfilled', value: 'ada' },
      { status: 'fulfilled', value: 'ada' },
    ])
    expect(cards).toMatchObject({ reason: { data: { httpStatus: 403, auth: { error: 'insufficient_scope' } } } })
    expect(await trpc.create.mutate()).toBe(true)
  })

  test('does not count for what a page of another site changes', async () => {
    const trpc = await connect({ cookie, origin: 'https://evil.example' })
    await expect(trpc.create.mutate()).rejects.toMatchObject({ data: { httpStatus: 401 } })
  })

  test.for([
    { from: origin, expected: { status: 'fulfilled', value: 'ada' } },
    { from: 'https://evil.example', expected: { status: 'rejected', reason: { data: { httpStatus: 401 } } } },
  ])('comes with the handshake of a socket from $from, or does not', async ({ from, expected }) => {
    const sockets = await listenWs(createApi())
    class Browser extends WebSocket {
      constructor(url: string) {
        super(url, { headers: { cookie, origin: from } })
      }
    }
    const socket = createWSClient({ url: sockets.url, WebSocket: Browser as never })
    onTestFinished(async () => {
      await socket.close()
      await sockets[Symbol.asyncDispose]()
    })
    const trpc = createTRPCClient<Api>({ links: [wsLink({ client: socket })] })
    const [result] = await Promise.allSettled([trpc.accounts.query()])
    expect(result).toMatchObject(expected)
  })
})
