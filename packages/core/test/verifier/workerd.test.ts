import { expect, test } from 'vitest'
import { startWorker } from '../support/workerd.js'
import { json, startServer } from './support/http.js'
import { claimsWith, createSigner, epoch } from './support/tokens.js'

const key = await createSigner('ES256')

/** An issuer in the worker's reach, and a token of its own. */
async function startIssuer() {
  const server = await startServer((request, response) => {
    const metadata = { issuer: server.origin, jwks_uri: `${server.origin}/keys` }
    json(request.url === '/keys' ? { keys: [key.jwk] } : metadata)(request, response)
  })
  const token = await key.sign(claimsWith({ iss: server.origin, exp: epoch + 86_400 }))
  const fetches = () => server.paths.filter((path) => path === '/keys').length
  return { server, token, fetches, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

test.for([{}, { within: 'true' }])(
  'requests at once, %o: each is answered, the issuer is asked once',
  async (query) => {
    await using issuer = await startIssuer()
    await using worker = await startWorker('verifier.ts')
    const ask = () => worker.ask({ ...query, issuer: issuer.server.origin, token: issuer.token })
    const subjects = await Promise.all(Array.from({ length: 20 }, ask))
    expect(new Set(subjects)).toEqual(new Set(['user-1']))
    expect(issuer.fetches()).toBe(1)
  },
)

test('within a request, keys are refreshed after the answer', async () => {
  await using issuer = await startIssuer()
  await using worker = await startWorker('verifier.ts')
  const ask = (advance: string) =>
    worker.ask({ within: 'true', issuer: issuer.server.origin, token: issuer.token, advance })
  await ask('0')
  await ask('500')
  // The metadata, the keys, and the keys again.
  await issuer.server.arrived(3)
  expect(issuer.fetches()).toBe(2)
})

test('without one, they are when a caller has to wait for them', async () => {
  await using issuer = await startIssuer()
  await using worker = await startWorker('verifier.ts')
  const ask = (advance: string) => worker.ask({ issuer: issuer.server.origin, token: issuer.token, advance })
  await ask('0')
  await ask('500')
  expect(issuer.fetches()).toBe(1)
  await ask('100')
  expect(issuer.fetches()).toBe(2)
})
