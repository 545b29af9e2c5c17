import { once } from 'node:events'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { createExpressMiddleware } from '@trpc/server/adapters/express'
import { type FastifyTRPCPluginOptions, fastifyTRPCPlugin } from '@trpc/server/adapters/fastify'
import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import { createHTTPHandler } from '@trpc/server/adapters/standalone'
import express from 'express'
import fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type Issuer, startIssuer } from './support/issuer.js'
import { type Api, createApi } from './support/server.js'

let issuer: Issuer

beforeAll(async () => {
  issuer = await startIssuer()
})

afterAll(async () => await issuer[Symbol.asyncDispose]())

type Options = ReturnType<typeof createApi>['options']

/** Every way to serve a router by HTTP, below `/trpc`. */
const adapters: readonly (readonly [string, (options: Options) => Promise<Server>])[] = [
  ['node:http', async (options) => createServer(createHTTPHandler({ ...options, basePath: '/trpc/' }))],
  ['Express', async (options) => createServer(express().use('/trpc', createExpressMiddleware(options)))],
  [
    'Fastify',
    async (trpcOptions) => {
      const app = fastify()
      const options: FastifyTRPCPluginOptions<Api> = { prefix: '/trpc', trpcOptions }
      await app.register(fastifyTRPCPlugin, options)
      await app.ready()
      return app.server
    },
  ],
  [
    'fetch',
    async (options) =>
      createServer(async ({ url, method = 'GET', rawHeaders }, response) => {
        const headers = new Headers()
        for (let at = 0; at < rawHeaders.length; at += 2) headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '')
        const req = new Request(`http://api.example.test${url}`, { method, headers })
        const answer = await fetchRequestHandler({ ...options, endpoint: '/trpc', req })
        response.writeHead(answer.status, [...answer.headers].flat()).end(await answer.text())
      }),
  ],
]

describe.for(adapters)('%s', ([, start]) => {
  /** Asks as it stands, so that a field can be there twice. */
  async function ask(path: string, ...authorization: readonly string[]) {
    const server = await start(createApi(issuer.verifier()).options)
    onTestFinished(() => {
      server.close()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const fields = authorization.flatMap((value) => ['Authorization', value])
    const headers = ['Host', `127.0.0.1:${port}`, 'Connection', 'close', ...fields]
    const [response] = await once(request({ port, path, headers, agent: false }).end(), 'response')
    return {
      status: response.statusCode,
      challenge: response.headers['www-authenticate'],
      cacheControl: response.headers['cache-control'],
      body: JSON.parse(await text(response)),
    }
  }

  test('lets in who may', async () => {
    expect(await ask('/trpc/read', await issuer.bearer({ scope: 'accounts:read' }))).toMatchObject({
      status: 200,
      body: { result: { data: ['accounts:read'] } },
    })
  })

  test.for<[string, () => readonly string[] | Promise<readonly string[]>, number, string]>([
    ['no token', () => [], 401, 'Bearer realm="accounts"'],
    ['a bad one', () => ['Bearer garbage'], 401, 'error="invalid_token"'],
    ['two', async () => [await issuer.bearer(), await issuer.bearer()], 400, 'error="invalid_request"'],
    ['no scope', async () => [await issuer.bearer({ scope: 'cards:read' })], 403, 'scope="accounts:read"'],
  ])('refuses %s with status and challenge', async ([, authorization, status, challenge]) => {
    const answer = await ask('/trpc/read', ...(await authorization()))
    expect(answer).toMatchObject({
      status,
      challenge: expect.stringContaining(challenge),
      cacheControl: 'no-store',
      body: { error: { data: { httpStatus: status, challenge: expect.stringContaining(challenge) } } },
    })
  })

  test('tells the calls of a batch apart', async () => {
    const token = await issuer.bearer({ scope: 'accounts:read' })
    expect(await ask('/trpc/read,write,open?batch=1', token)).toMatchObject({
      status: 207,
      challenge: expect.stringContaining('scope="accounts:write"'),
      body: [{ result: {} }, { error: { data: { httpStatus: 403 } } }, { result: {} }],
    })
  })
})
