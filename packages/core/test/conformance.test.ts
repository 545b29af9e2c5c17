import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isDeepStrictEqual } from 'node:util'
import { type ConformanceConfig, type RunningApi, runAttacks, runConformance } from '@auth/testing'
import { describe, expect, test } from 'vitest'
import {
  BearerError,
  createVerifier,
  defineScopes,
  dpopProofs,
  type HttpAnswer,
  introspect,
  type Policy,
} from '../src/index.js'

const scopes = defineScopes({ 'accounts:read': 'Read account information', 'accounts:write': 'Modify accounts' })

const policies = new Map<string, Policy<'accounts:read' | 'accounts:write'>>([
  ['/read', 'accounts:read'],
  ['/write', 'accounts:write'],
  ['/recent', 'accounts:read'],
])

test('the core behind node:http conforms', async () => {
  const results = await runConformance({ name: 'node:http', start, dpop: true, stepUp: true })
  const differences = results.filter(({ expected, seen }) => !isDeepStrictEqual(seen, expected))
  console.info(`The core behind node:http: ${results.length} cases, ${differences.length} differences`)
  expect(results.length).toBeGreaterThan(30)
  expect(differences).toEqual([])
})

describe('the core behind node:http stands attacks', async () => {
  const results = await runAttacks({ start, dpop: true })

  test('which are many', () => expect(results.length).toBeGreaterThan(300))

  test.for(results)('$id $about', ({ expected, seen }) => {
    expect(seen).toEqual(expected)
  })
})

async function start({
  audience,
  realm,
  clockTolerance,
  jwt,
  opaque,
  dpop,
  stepUp,
}: ConformanceConfig): Promise<RunningApi> {
  const { issuer, introspectionEndpoint: endpoint, clientId, clientSecret } = opaque
  const verifier = createVerifier({
    issuers: [
      { issuer: jwt.issuer, jwks: jwt.jwksUri },
      { issuer, introspection: introspect({ endpoint, clientId, clientSecret }) },
    ],
    audience,
    realm,
    clockTolerance,
    dpop: dpop && dpopProofs(dpop),
    scopes,
  })
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    try {
      await verifier.authenticate(request, {
        scopes: policies.get(pathname),
        stepUp: pathname === '/recent' ? stepUp : undefined,
      })
      response.end('granted')
    } catch (error) {
      send(response, error instanceof BearerError ? error.answer : { status: 500, headers: [], body: '' })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    call: (route) => ({ method: 'GET', url: `http://127.0.0.1:${port}/${route}` }),
    close: async () => {
      server.close()
      await once(server, 'close')
    },
  }
}

function send(response: ServerResponse, { status, headers, body }: HttpAnswer): void {
  for (const [name, value] of headers) response.setHeader(name, value)
  response.writeHead(status).end(body)
}
