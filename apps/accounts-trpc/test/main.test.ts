import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { startIssuer } from './support/issuer.js'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))

/** Starts the API as built, in a process of its own. */
function launch(env: Readonly<Record<string, string>>) {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], { env })
}

test.for(['SIGINT', 'SIGTERM'] as const)('it says where it is, and leaves at %s', async (signal) => {
  const issuer = await startIssuer()
  const api = launch({ ...issuer.env, PORT: '0' })
  const exited = once(api, 'exit')
  const [line]: unknown[] = await once(api.stdout, 'data')
  const { msg, url } = JSON.parse(String(line))
  expect([msg, url]).toEqual(['listening', expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/)])
  const response = await fetch(`${url}/health`)
  expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }])
  api.kill(signal)
  expect(await exited).toEqual([0, null])
  await issuer.close()
})

test('without its environment it does not start, and says what is missing', async () => {
  const api = launch({ PORT: '0' })
  const [error, [code]] = await Promise.all([text(api.stderr), once(api, 'exit')])
  expect(code).toBe(1)
  expect(error).toContain('AUTH_ISSUER is not set')
})
