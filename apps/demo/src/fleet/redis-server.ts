import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { UsageError } from '../arguments.js'

/** A Redis for as long as the demo runs; it keeps nothing. */
export interface Redis extends AsyncDisposable {
  readonly url: string
}

/** @throws UsageError where the machine has none. */
export async function startRedis(): Promise<Redis> {
  const port = await freePort()
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] })
  await ready(child)
  return {
    url: `redis://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      child.kill()
      await once(child, 'exit')
    },
  }
}

async function ready(child: ChildProcess): Promise<void> {
  const missing = 'demo --fleet needs redis-server on the path; Debian has it as the package redis-server'
  await new Promise<void>((resolve, reject) => {
    child.once('error', () => reject(new UsageError(missing)))
    child.once('exit', () => reject(new Error('redis-server ended before it was ready')))
    child.stdout?.on('data', (text) => {
      if (String(text).includes('Ready to accept connections')) resolve()
    })
  })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
