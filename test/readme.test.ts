import 'reflect-metadata'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { TokenClient } from '@auth/core'
import {
  type AuthorizationServer,
  createUserAgent,
  type StoreContractCase,
  startAuthorizationServer,
  startLoginServer,
} from '@auth/testing'
import type { AxiosInstance } from 'axios'
import type { Express } from 'express'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compileExamples, runExample } from './examples.js'
import { filesOf } from './sources.js'

/** Compiled where tests are collected, so that each example is a test with a name. A type error fails the whole file. */
const examples = compileExamples(['README.md', ...filesOf('packages/*/README.md', 'docs/*.md')])

let server: AuthorizationServer
let token: string

beforeAll(async () => {
  server = await startAuthorizationServer()
  const { portx } = server.doorways
  token = await portx.issue({ scope: 'accounts:read', subject: 'ada' })
  Object.assign(process.env, {
    AUTH_ISSUER: portx.issuer,
    AUTH_AUDIENCE: server.audience,
    ORCA_AUTH_URL: portx.base,
    ORCA_CLIENT_ID: portx.client.clientId,
    ORCA_CLIENT_SECRET: portx.client.clientSecret,
  })
})

afterAll(() => server.close())

test('the READMEs hold examples', () => {
  expect(examples.length).toBeGreaterThan(5)
})

describe('README.md', () => {
  const authorized = () => ({ headers: { authorization: `Bearer ${token}` } })
  const granted = [{ id: 1, owner: 'ada' }]

  test('NestJS', async () => {
    const { NestFactory } = await import('@nestjs/core')
    const { AppModule } = await run('README.md#nestjs')
    const app = await NestFactory.create(AppModule, { logger: false })
    try {
      await app.listen(0, '127.0.0.1')
      const url = `${await app.getUrl()}/accounts`
      expect(await (await fetch(url, authorized())).json()).toEqual(granted)
      expect(await refusal(await fetch(url))).toEqual(bare)
    } finally {
      await app.close()
    }
  })

  test('Hono', async () => {
    const { app } = await run('README.md#hono')
    expect(await (await app.request('/accounts', authorized())).json()).toEqual(granted)
    expect(await refusal(await app.request('/accounts'))).toEqual(bare)
  })

  test('tRPC', async () => {
    const { handler } = await run('README.md#trpc')
    const url = 'http://localhost/trpc/accounts'
    expect(await (await handler(new Request(url, authorized()))).json()).toEqual({ result: { data: granted } })
    expect(await refusal(await handler(new Request(url)))).toMatchObject({
      status: bare.status,
      challenge: bare.challenge,
    })
  })

  test('the core alone', async () => {
    const { handler } = await run('README.md#the-core-alone')
    const url = 'http://localhost/accounts'
    expect(await (await handler(new Request(url, authorized()))).json()).toEqual(granted)
    expect(await refusal(await handler(new Request(url)))).toEqual(bare)
  })

  test('the client', async () => {
    const seen: (string | undefined)[] = []
    const api = createServer(({ headers, url }, response) => {
      seen.push(url, headers.authorization)
      response.end('[]')
    })
    api.listen(0, '127.0.0.1')
    await once(api, 'listening')
    const address = api.address()
    process.env.ORCA_API_URL = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
    try {
      const { accounts, orca } = await run('README.md#call-an-api')
      expect(accounts.status).toBe(200)
      expect(seen).toEqual(['/accounts', `Bearer ${(await orca.getToken()).accessToken}`])
    } finally {
      api.close()
    }
  })
})

/** Before the next ones: an example reads its environment when it is first loaded. */
test('axios sends the token, and a new one after a 401', async () => {
  const seen: (string | undefined)[] = []
  const api = createServer(({ headers }, response) => {
    seen.push(headers.authorization)
    response.writeHead(seen.length === 1 ? 401 : 200).end('[]')
  })
  api.listen(0, '127.0.0.1')
  await once(api, 'listening')
  const address = api.address()
  process.env.ORCA_API_URL = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  try {
    const { api } = await run('packages/core/README.md#other-http-clients')
    expect((await api.get('/accounts')).data).toEqual([])
    expect(seen).toEqual([expect.stringMatching(/^Bearer /), expect.stringMatching(/^Bearer /)])
    expect(new Set(seen).size).toBe(2)
  } finally {
    api.close()
  }
})

test('people log in', async () => {
  await using people = await startLoginServer({ audience: 'https://api.example.com' })
  const { clientSecret } = await people.registerClient({
    redirectUri: 'https://app.example/auth/callback',
    clientId: 'my-app',
  })
  Object.assign(process.env, { LOGIN_ISSUER: people.issuer, LOGIN_SECRET: clientSecret })
  const { handler } = await run('packages/core/README.md#log-people-in')
  const visit = (path: string, headers: Record<string, string> = {}) =>
    handler(new Request(new URL(path, 'https://app.example'), { headers }))
  const cookie = (response: Response) => response.headers.getSetCookie()[0]?.split(';', 1)[0] ?? ''
  const sent = await visit('/accounts', { accept: 'text/html', 'sec-fetch-mode': 'navigate' })
  const { url } = await createUserAgent().logIn(sent.headers.get('location') ?? '', { person: people.people.ada })
  const back = await visit(url.href, { cookie: cookie(sent) })
  expect(back.headers.get('location')).toBe('/accounts')
  const answer = await visit('/accounts', { cookie: cookie(back) })
  expect(await answer.json()).toEqual([{ id: 1, owner: 'ada' }])
  expect(await refusal(await visit('/accounts'))).toEqual(bare)
})

describe('docs/recipes.md', () => {
  const granted = [{ id: 1, owner: 'ada' }]
  const narrow = async () => await server.doorways.portx.issue({ scope: 'accounts:write', subject: 'ada' })

  /** A granted request, one without a token, and one whose token lacks the scope. */
  async function expectGuarded(call: (headers: Record<string, string>) => Promise<Response>): Promise<void> {
    expect(await (await call({ authorization: `Bearer ${token}` })).json()).toEqual(granted)
    expect(await refusal(await call({}))).toEqual(bare)
    const lacking = await refusal(await call({ authorization: `Bearer ${await narrow()}` }))
    expect(lacking).toMatchObject({
      status: 403,
      challenge: expect.stringContaining('error="insufficient_scope"'),
      body: expect.stringContaining('insufficient_scope'),
    })
  }

  test('Express 5', async () => {
    const { app } = await run<{ app: Express }>('docs/recipes.md#express-5')
    const api = app.listen(0, '127.0.0.1')
    await once(api, 'listening')
    const address = api.address()
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/accounts`
    try {
      await expectGuarded((headers) => fetch(url, { headers }))
    } finally {
      api.close()
    }
  })

  test('Fastify 5', async () => {
    const { app } = await run<{ app: FastifyInstance }>('docs/recipes.md#fastify-5')
    const origin = await app.listen({ port: 0, host: '127.0.0.1' })
    try {
      await expectGuarded((headers) => fetch(`${origin}/accounts`, { headers }))
    } finally {
      await app.close()
    }
  })

  test('Next.js', async () => {
    const { GET } = await run<{ GET: Exported['handler'] }>('docs/recipes.md#next.js-route-handlers')
    await expectGuarded((headers) => GET(new Request('http://localhost/accounts', { headers })))
  })

  test('a Model Context Protocol server', async () => {
    const { handler } = await run('docs/recipes.md#a-model-context-protocol-server')
    const url = 'https://mcp.example.com/mcp'
    const metadata = 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp'
    const call = async (headers: Record<string, string> = {}) => {
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })
      return await handler(new Request(url, { method: 'POST', headers, body }))
    }
    const refused = await call()
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toBe(`Bearer realm="api", resource_metadata="${metadata}"`)
    expect(await (await handler(new Request(metadata))).json()).toMatchObject({
      resource: url,
      authorization_servers: [server.doorways.portx.issuer],
    })
    expect(await (await call({ authorization: `Bearer ${token}` })).json()).toMatchObject({
      result: { tools: [{ name: 'accounts', description: 'The accounts of ada' }] },
    })
  })
})

describe('the packages and the documentation', () => {
  test.for(examples.filter(({ name }) => !name.startsWith('README.md')))('$name', async (example) => {
    expect(await runExample<object>(example)).toBeTypeOf('object')
  })
})

/** Both examples together: a store, and the contract it is held to. */
test('the store of the guide keeps the contract of stores', { timeout: 60_000 }, async () => {
  const { sqliteStore } = await run('docs/token-store.md#one-on-sqlite')
  const { casesOf } = await run('docs/token-store.md#test-it')
  const cases = casesOf(sqliteStore)
  expect(cases.length).toBeGreaterThan(40)
  for (const { name, run } of cases) await expect(run(), name).resolves.toBeUndefined()
})

const bare = { status: 401, challenge: 'Bearer realm="api"', body: '{"message":"Unauthorized"}' }

async function refusal(response: Response) {
  return { status: response.status, challenge: response.headers.get('www-authenticate'), body: await response.text() }
}

/** What the examples of the README export, each its own part of it. */
interface Exported {
  readonly AppModule: new () => object
  readonly app: { readonly request: (path: string, init?: RequestInit) => Response | Promise<Response> }
  readonly handler: (request: Request) => Promise<Response>
  readonly orca: TokenClient
  readonly api: AxiosInstance
  readonly accounts: Response
  readonly sqliteStore: object
  readonly casesOf: (store: object) => readonly StoreContractCase[]
}

async function run<T extends object = Exported>(name: string): Promise<T> {
  const example = examples.find((each) => each.name === name)
  if (example === undefined)
    throw new Error(`no example ${name}; there are ${examples.map((each) => each.name).join(', ')}`)
  return await runExample<T>(example)
}
