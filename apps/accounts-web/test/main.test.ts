import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))

test('where its port is taken, it says so in a line', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const address = other.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const app = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], { env: { PORT: String(port) } })
  const [said, [code]] = await Promise.all([text(app.stderr), once(app, 'exit')])
  expect([code, said]).toEqual([1, `Port ${port} is taken: set PORT to another one, 3001 for instance\n`])
  other.close()
})

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
