import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** What is started; `REDIS_SERVER=valkey-server` where that is wanted. */
export const program: string = process.env.REDIS_SERVER ?? 'redis-server'

/** A redis-server of this test, on a port and in a folder of its own. */
export interface RedisServer extends AsyncDisposable {
  readonly port: number
  readonly url: string
  /** Starts it anew after `kill`, with what it has saved: nothing, unless it was told to. */
  readonly start: () => Promise<void>
  readonly kill: () => Promise<void>
  /** Stops the process, which goes on as if nothing had been: connections stay, answers do not come. */
  readonly freeze: () => void
  readonly thaw: () => void
}

/** @param more arguments of redis-server. */
export async function startRedis(more: readonly string[] = []): Promise<RedisServer> {
  const port = await freePort()
  const folder = await mkdtemp(path.join(tmpdir(), 'auth-redis-'))
  const own = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no']
  let child: ChildProcess | undefined
  const start = async (): Promise<void> => {
    const started = spawn(program, [...own, ...more], { stdio: ['ignore', 'pipe', 'inherit'] })
    child = started
    await new Promise<void>((resolve, reject) => {
      started.once('exit', (code) => reject(new Error(`${program} ended with ${code} before it was ready`)))
      started.stdout.on('data', (line) => {
        if (String(line).includes('Ready to accept connections')) resolve()
      })
    })
  }
  const kill = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  await start()
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    start,
    kill,
    freeze: () => child?.kill('SIGSTOP'),
    thaw: () => child?.kill('SIGCONT'),
    [Symbol.asyncDispose]: async () => {
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address === 'object' && address !== null) return address.port
  throw new Error('the system gave no port')
}
