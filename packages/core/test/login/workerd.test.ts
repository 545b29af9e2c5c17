import { expect, test } from 'vitest'
import { json } from '../support/local-server.js'
import { startWorker } from '../support/workerd.js'
import { answerTo, startScripted } from './support/scripted.js'

test('in workerd a person logs in, and 20 requests whose token is due cause one refresh', async () => {
  await using server = await startScripted()
  await using worker = await startWorker('login.ts')
  const ask = (query: Readonly<Record<string, string>>) => worker.ask({ issuer: server.issuer, ...query })
  server.token = { expires_in: 600 }
  const begun = JSON.parse(await ask({}))
  const sent = new URL(begun.location).searchParams
  const answer = String(new URLSearchParams(answerTo(server, { sent })))
  const { status, location, cookie } = JSON.parse(await ask({ answer, cookie: begun.cookie }))
  expect([status, location]).toEqual([303, '/'])
  let refreshes = 0
  server.tokenEndpoint = (_, response) => {
    refreshes++
    json(response, { access_token: 'renewed', token_type: 'Bearer', expires_in: 600, refresh_token: 'rotated' })
  }
  const due = Array.from({ length: 20 }, (_, i) => ask({ session: '', cookie, advance: i === 0 ? '590' : '0' }))
  const tokens = await Promise.all(due)
  expect(tokens[0]).toBe('renewed')
  expect(await ask({ session: '', cookie })).toBe('renewed')
  expect(refreshes).toBe(1)
})
