import { expect, test } from 'vitest'
import { serve } from '../support/local-server.js'
import { startWorker } from '../support/workerd.js'

test('in workerd no request waits for the question of another; what one was told serves the next', async () => {
  let release = (): void => undefined
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const asked = (): number => issuer.requests.filter(({ path }) => path === '/i').length
  await using issuer = await serve(async ({ path }, response) => {
    const { origin } = issuer
    const answer = { active: true, aud: 'api', sub: 'u', exp: 4_000_000_000 }
    const metadata = { issuer: origin, introspection_endpoint: `${origin}/i` }
    if (path === '/i' && asked() === 5) release()
    if (path === '/i') await held
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(path === '/i' ? answer : metadata))
  })
  await using worker = await startWorker('introspection.ts')
  const ask = () => worker.ask({ issuer: issuer.origin, token: 'opaque' })
  expect(new Set(await Promise.all(Array.from({ length: 5 }, ask)))).toEqual(new Set(['u']))
  expect(asked()).toBe(5)
  expect(await ask()).toBe('u')
  expect(asked()).toBe(5)
})
