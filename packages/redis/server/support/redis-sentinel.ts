import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createClient } from 'redis'
import { freePort, program, type RedisServer, startRedis } from './redis-server.js'

/** A master, a replica, and a sentinel that puts one in place of the other. */
export interface RedisSentinel extends AsyncDisposable {
  /** Of the sentinel. */
  readonly port: number
  /** What clients know the master by. */
  readonly name: string
  /** Ends the master once the replica has what was written before, and resolves when that has taken over. */
  readonly failOver: () => Promise<void>
}

const name = 'tokens'

/** Milliseconds after which a master that does not answer is given up. */
const downAfter = 500

export async function startSentinel(): Promise<RedisSentinel> {
  const master = await startRedis()
  const replica = await startRedis(['--replicaof', '127.0.0.1', String(master.port)])
  await until(async () => (await infoOf(replica)).includes('master_link_status:up'))
  const port = await freePort()
  const folder = await mkdtemp(path.join(tmpdir(), 'auth-sentinel-'))
  const settings = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor ${name} 127.0.0.1 ${master.port} 1`,
    `sentinel down-after-milliseconds ${name} ${downAfter}`,
    `sentinel failover-timeout ${name} 5000`,
  ]
  const file = path.join(folder, 'sentinel.conf')
  await writeFile(file, settings.join('\n'))
  const sentinel = spawn(program, [file, '--sentinel'], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise<void>((resolve, reject) => {
    sentinel.once('exit', (code) => reject(new Error(`the sentinel ended with ${code} before it was ready`)))
    // It has found the replica then.
    sentinel.stdout.on('data', (line) => {
      if (String(line).includes('+slave')) resolve()
    })
  })
  return {
    port,
    name,
    failOver: async () => {
      const written = offset(await infoOf(master), 'master')
      await until(async () => offset(await infoOf(replica), 'slave') >= written)
      await master.kill()
      await until(async () => (await infoOf(replica)).includes('role:master'))
    },
    [Symbol.asyncDispose]: async () => {
      sentinel.kill('SIGKILL')
      await once(sentinel, 'exit')
      await Promise.all([master, replica].map((each) => each[Symbol.asyncDispose]()))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** @returns nothing where the connection was lost: who becomes a master closes those it has. */
async function infoOf({ url }: RedisServer): Promise<string> {
  const client = createClient({ url, socket: { reconnectStrategy: false } }).on('error', () => undefined)
  try {
    await client.connect()
    return await client.info('replication')
  } catch {
    return ''
  } finally {
    if (client.isOpen) client.destroy()
  }
}

/** How far a master has written, or its replica read: replicas are told later. */
function offset(info: string, of: 'master' | 'slave'): number {
  return Number(new RegExp(`^${of}_repl_offset:(\\d+)`, 'm').exec(info)?.[1] ?? Number.NaN)
}

/** Asks again and again. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds()));
}
