import { createTRPCClient, httpBatchStreamLink } from '@trpc/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Issuer, startIssuer } from './support/issuer.js'
import { listen } from './support/server.js'
import { createStreams, dusk, type Streams } from './support/streams.js'

let issuer: Issuer

beforeAll(async () => {
  issuer = await startIssuer()
})

afterAll(async () => await issuer[Symbol.asyncDispose]())

test('what a query streams ends with its token', async () => {
  const { jwt, verifier, fall } = await dusk(issuer)
  const { options, started } = createStreams(verifier)
  await using server = await listen(options)
  const headers = { authorization: `Bearer ${jwt}` }
  const trpc = createTRPCClient<Streams>({ links: [httpBatchStreamLink({ url: server.url, headers })] })
  const values = (await trpc.streamed.query())[Symbol.asyncIterator]()
  expect(await values.next()).toEqual({ done: false, value: 1 })
  expect(started).toEqual(['streamed'])
  fall()
  await expect(values.next()).rejects.toMatchObject({ data: { auth: { error: 'invalid_token' } } })
})
