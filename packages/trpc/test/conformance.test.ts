import { isDeepStrictEqual } from 'node:util'
import { createVerifier, dpopProofs, introspect } from '@auth/core'
import { type Answer, type ConformanceConfig, type RunningApi, runAttacks, runConformance } from '@auth/testing'
import { describe, expect, test } from 'vitest'
import { listenGateway, listenJsonl } from './support/gateway.js'
import { scopes } from './support/issuer.js'
import { createApi, type Listening, listen } from './support/server.js'

type Read = NonNullable<RunningApi['read']>

interface Wire {
  readonly error?: {
    readonly data: {
      readonly httpStatus: number
      readonly challenge?: string
      readonly auth: unknown
      readonly stack?: unknown
    }
  }
}

/** The answer of a call of its own: status and header are HTTP's, the body stands in the error's data. */
const alone: Read = ({ status, headers, body }) => {
  const { error }: Wire = JSON.parse(body)
  return { status, challenge: headers.get('www-authenticate'), body: bodyOf(error) }
}

/** The answer of a call in a batch: all of it stands in the error's data. */
const inBatch: Read = ({ body }) => {
  const [first = {}]: Wire[] = JSON.parse(body)
  return answerOf(first)
}

function bodyOf(error: Wire['error']): Answer['body'] {
  if (error === undefined) return undefined
  expect(error.data).not.toHaveProperty('stack')
  return JSON.stringify(error.data.auth)
}

/** The answer of a call on a socket: all of it stands in the error's data. */
const onSocket: Read = ({ body }) => answerOf(JSON.parse(body))

/** The answer of a stream: its first line numbers the calls, the others hold what became of them. */
const inLines: Read = ({ body }) => {
  const [, ...lines] = body.trim().split('\n')
  const [, , [[first = {}] = []] = []]: [number, number, Wire[][]?] = JSON.parse(lines[0] ?? '[]')
  return answerOf(first)
}

function answerOf({ error }: Wire): Answer {
  return { status: error?.data.httpStatus ?? 200, challenge: error?.data.challenge, body: bodyOf(error) }
}

type Options = ReturnType<typeof createApi>['options']

/** A transport: how it is served, what stands behind the path of a call, and where it puts an answer. */
const transports: readonly (readonly [string, (options: Options) => Promise<Listening>, string, Read])[] = [
  ['a call alone', listen, '', alone],
  ['a batch of one', listen, '?batch=1', inBatch],
  ['a batch with a public procedure', listen, ',open?batch=1', inBatch],
  ['a stream of lines', listenJsonl, '?batch=1', inLines],
  ['a WebSocket whose handshake has the fields', (options) => listenGateway(options, 'handshake'), '', onSocket],
  ['a WebSocket with connectionParams', (options) => listenGateway(options, 'connectionParams'), '', onSocket],
]

test.for(transports)('%s conforms', { timeout: 60_000 }, async ([name, serve, suffix, read]) => {
  const results = await runConformance({
    name,
    start: (config) => start(config, serve, suffix, read),
    dpop: true,
    stepUp: true,
  })
  const differences = results.filter(({ expected, seen }) => !isDeepStrictEqual(seen, expected))
  console.info(`tRPC, ${name}: ${results.length} cases, ${differences.length} differences`)
  expect(results.length).toBeGreaterThan(30)
  expect(differences).toEqual([])
})

describe.for(transports)('%s stands attacks', async ([, serve, suffix, read]) => {
  const results = await runAttacks({ start: (config) => start(config, serve, suffix, read), dpop: true })

  test('which are many', () => expect(results.length).toBeGreaterThan(300))

  test.for(results)('$id $about', ({ expected, seen }) => {
    expect(seen).toEqual(expected)
  })
})

async function start(
  { audience, realm, clockTolerance, jwt, opaque, dpop, stepUp }: ConformanceConfig,
  serve: (options: Options) => Promise<Listening>,
  suffix: string,
  read: Read,
): Promise<RunningApi> {
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
  const server = await serve(createApi(verifier, [], stepUp).options)
  return {
    call: (route) => ({ method: 'GET', url: `${server.url}/${route}${suffix}` }),
    read,
    close: async () => await server[Symbol.asyncDispose](),
  }
}
