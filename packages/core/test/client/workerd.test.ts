import { expect, test } from 'vitest'
import { type LocalServer, serve, tokenAnswer } from '../support/local-server.js'
import { startWorker } from '../support/workerd.js'

/** An issuer whose tokens live 1000 s. */
async function startIssuer(): Promise<LocalServer> {
  const issuer = await serve((request, response, index) => {
    if (request.path === '/token') return tokenAnswer({ expires_in: 1000 })(request, response, index)
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ issuer: issuer.origin, token_endpoint: `${issuer.origin}/token` }))
  })
  return issuer
}

const tokenRequests = (issuer: LocalServer) => issuer.requests.filter(({ path }) => path === '/token').length

test.for([{}, { within: 'true' }])(
  'requests at once, %o: each is answered, the server is asked once',
  async (query) => {
    await using issuer = await startIssuer()
    await using worker = await startWorker('token-client.ts')
    const ask = () => worker.ask({ ...query, issuer: issuer.origin })
    const tokens = await Promise.all(Array.from({ length: 20 }, ask))
    expect(new Set(tokens).size).toBe(1)
    expect(tokenRequests(issuer)).toBe(1)
  },
)

test('within a request, a token near its end is renewed after the answer', async () => {
  await using issuer = await startIssuer()
  await using worker = await startWorker('token-client.ts')
  const ask = (advance: string) => worker.ask({ within: 'true', issuer: issuer.origin, advance })
  const first = await ask('0')
  expect(await ask('969')).toBe(first)
  // The metadata, the token, and the one after it.
  await issuer.received(3)
  expect(tokenRequests(issuer)).toBe(2)
})

test('without one, it is renewed when a caller has to wait for it', async () => {
  await using issuer = await startIssuer()
  await using worker = await startWorker('token-client.ts')
  const ask = (advance: string) => worker.ask({ issuer: issuer.origin, advance })
  const first = await ask('0')
  expect(await ask('969')).toBe(first)
  expect(tokenRequests(issuer)).toBe(1)
  expect(await ask('2')).not.toBe(first)
  expect(tokenRequests(issuer)).toBe(2)
})
