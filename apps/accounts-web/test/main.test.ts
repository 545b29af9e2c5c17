import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))

test.for(['SIGINT', 'SIGTERM'] as const)('it says where it is and who may log in, and leaves at %s', async (signal) => {
  const app = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], { env: { PORT: '0' } })
  const exited = once(app, 'exit')
  const [line]: unknown[] = await once(app.stdout, 'data')
  const [, url = ''] = /^The web app is at (http:\/\/127\.0\.0\.1:\d+)\n/.exec(String(line)) ?? []
  expect(String(line)).toMatch(/\n {2}ada {2}password \S+ {2}one-time code \d{6}\n {2}ben {2}password /)
  const response = await fetch(url)
  expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('Log in')])
  app.kill(signal)
  expect(await exited).toEqual([0, null])
})
