import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import path from 'node:path'
import type { Orders, Report } from './orders.js'

/** An authorization server that hands out tokens which say when they end. */
export interface Issuer extends AsyncDisposable {
  readonly tokenEndpoint: string
  /** Token requests so far. */
  readonly requests: () => number
  /** Resolves when there have been so many more. */
  readonly more: (count: number) => Promise<void>
}

/** @param lifetime of its tokens, in seconds. */
export async function startIssuer(lifetime: number): Promise<Issuer> {
  let requests = 0
  const waiting = new Set<{ readonly from: number; readonly go: () => void }>()
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      requests++
      for (const each of waiting) if (requests >= each.from && waiting.delete(each)) each.go()
      const access_token = `t.${Date.now() + lifetime * 1000}.${requests}`
      const answer = { access_token, token_type: 'Bearer', expires_in: lifetime }
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return {
    tokenEndpoint: `http://127.0.0.1:${port}/token`,
    requests: () => requests,
    more: (count) => new Promise((go) => void waiting.add({ from: requests + count, go })),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Processes that share tokens. */
export interface Fleet {
  readonly size: number
  /** Stops them all, and gathers what they tell. */
  readonly stop: () => Promise<readonly Report[]>
}

/** How many are started at a time. */
const batch = 8

/** What each is told, apart from what is the same for most. */
export type OrdersOf = (n: number) => Partial<Orders> & Pick<Orders, 'redis' | 'tokenEndpoint'>

/** Starts them, some at a time: they are at work before the next ones begin. */
export async function startFleet(size: number, ordersOf: OrdersOf): Promise<Fleet> {
  const orders = (n: number): Orders => ({
    client: n % 2 === 0 ? 'node-redis' : 'ioredis',
    master: '',
    keys: 1,
    pause: 50,
    skew: 0,
    ...ordersOf(n),
  })
  const members: ChildProcess[] = []
  const start = async (n: number): Promise<void> => {
    const member = fork(path.join(import.meta.dirname, 'member.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    members.push(member)
    member.send(orders(n))
    await reported(member)
  }
  for (let n = 0; n < size; n += batch) {
    await Promise.all(Array.from({ length: Math.min(batch, size - n) }, (_, i) => start(n + i)))
  }
  return {
    size,
    stop: async () =>
      await Promise.all(
        members.map(async (member) => {
          const report = reported(member)
          member.send('stop')
          return (await report) as Report
        }),
      ),
  }
}

/** What a process says next. That it left is known when its channel closes: its end may be told before its last words. */
async function reported(member: ChildProcess): Promise<unknown> {
  const left = once(member, 'disconnect').then(() => {
    throw new Error('a process of the fleet ended without a word')
  })
  left.catch(() => undefined)
  const [message] = await Promise.race([once(member, 'message'), left])
  return message
}

/** What all of them tell together. */
export interface Total extends Pick<Report, 'calls' | 'expired' | 'failures' | 'commands'> {
  /** Milliseconds of a first call. */
  readonly medianCold: number
}

/** The sum of what all of them tell. */
export function total(reports: readonly Report[]): Total {
  const cold = reports.map((report) => report.cold).sort((a, b) => a - b)
  return {
    calls: reports.reduce((sum, { calls }) => sum + calls, 0),
    expired: reports.reduce((sum, { expired }) => sum + expired, 0),
    failures: sumOf(reports.map(({ failures }) => failures)),
    commands: sumOf(reports.map(({ commands }) => commands)),
    medianCold: cold[Math.floor(cold.length / 2)] ?? 0,
  }
}

function sumOf(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {}
  for (const [name, count] of counts.flatMap(Object.entries<number>)) sum[name] = (sum[name] ?? 0) + count
  return sum
}
