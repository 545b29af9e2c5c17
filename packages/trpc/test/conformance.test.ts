import { createVerifier, dpopProofs, introspect } from '@auth/core'
import { type Answer, type ConformanceConfig, type RunningApi, runAttacks, runConformance } from '@auth/testing'
import { describe, expect, test } from 'vitest'
import { scopes } from './support/issuer.js'
import { createApi, listen } from './support/server.js'

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
  const [{ error } = {}]: Wire[] = JSON.parse(body)
  return { status: error?.data.httpStatus ?? 200, challenge: error?.data.challenge, body: bodyOf(error) }
}

function bodyOf(error: Wire['error']): Answer['body'] {
  if (error === undefined) return undefined
  expect(error.data).not.toHaveProperty('stack')
  return JSON.stringify(error.data.auth)
}

const ways: readonly (readonly [string, string, Read])[] = [
  ['a call alone', '', alone],
  ['a batch of one', '?batch=1', inBatch],
  ['a batch with a public procedure', ',open?batch=1', inBatch],
]

test.for(ways)('%s conforms', async ([, suffix, read]) => {
  const results = await runConformance((config) => start(config, suffix, read), { dpop: true })
  expect(results.length).toBeGreaterThan(30)
  expect(results.map(({ name, seen }) => ({ name, seen }))).toEqual(
    results.map(({ name, expected }) => ({ name, seen: expected })),
  )
})

describe.for(ways)('%s stands attacks', async ([, suffix, read]) => {
  const results = await runAttacks((config) => start(config, suffix, read), { dpop: true })

  test('which are many', () => expect(results.length).toBeGreaterThan(300))

  test.for(results)('$id $about', ({ expected, seen }) => {
    expect(seen).toEqual(expected)
  })
})

async function start(
  { audience, realm, clockTolerance, jwt, opaque, dpop }: ConformanceConfig,
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
  const server = await listen(createApi(verifier).options)
  return {
    call: (route) => ({ method: 'GET', url: `${server.url}/${route}${suffix}` }),
    read,
    close: async () => await server[Symbol.asyncDispose](),
  }
}
