import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createClient } from 'redis'
import { type RedisServer, startRedis } from './redis-server.js'

/** Three masters, each with a replica that takes over. */
export interface RedisCluster extends AsyncDisposable {
  readonly ports: readonly number[]
  /** Ends the first master, and resolves when its replica has taken over. */
  readonly failOver: () => Promise<void>
}

/** Milliseconds after which a node that does not answer is given up. */
const nodeTimeout = '500'

export async function startCluster(): Promise<RedisCluster> {
  const settings = ['--cluster-enabled', 'yes', '--cluster-node-timeout', nodeTimeout]
  const nodes = await Promise.all(Array.from({ length: 6 }, () => startRedis(settings)))
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`)
  await join(['--cluster', 'create', ...addresses, '--cluster-replicas', '1', '--cluster-yes'])
  await all(nodes, async (node) => (await ask(node, 'CLUSTER', 'INFO')).includes('cluster_state:ok'))
  return {
    ports: nodes.map(({ port }) => port),
    failOver: async () => {
      const [first, ...others] = nodes
      if (first === undefined) throw new Error('there is no node')
      await first.kill()
      await all(others, async (node) => {
        const text = await ask(node, 'CLUSTER', 'NODES')
        return text.includes('fail ') && text.split('\n').filter((line) => isMaster(line)).length === 3
      })
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()))
    },
  }
}

function isMaster(line: string): boolean {
  return / (myself,)?master /.test(line)
}

async function join(args: readonly string[]): Promise<void> {
  const child = spawn('redis-cli', args, { stdio: 'ignore' })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`redis-cli ended with ${code}`)
}

/** Waits until every node says so, asking again and again. */
async function all(nodes: readonly RedisServer[], holds: (node: RedisServer) => Promise<boolean>): Promise<void> {
  for (const node of nodes) while (!(await holds(node)));
}

async function ask({ url }: RedisServer, ...command: string[]): Promise<string> {
  const client = await createClient({ url }).connect()
  try {
    return String(await client.sendCommand(command))
  } finally {
    client.destroy()
  }
}
