import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { startAuthorizationServer } from '@auth/testing'
import { startRedis } from './redis-server.js'
import type { Orders, Report } from './report.js'

/** Seconds a token lives here, and how many of those lives are shown. */
const lifetime = 4
const lifetimes = 4
const scopes = ['accounts:read', 'accounts:write']

/** What a fleet did, and how often it asked for it. */
export interface FleetResults {
  readonly processes: readonly Report[]
  readonly tokens: number
  readonly seconds: number
  /** Token requests that reached the authorization server. */
  readonly requests: number
}

/**
 * Lets processes share tokens through one Redis, for some lifetimes.
 *
 * @throws UsageError where the machine has no redis-server.
 */
export async function runFleet(size: number): Promise<FleetResults> {
  await using redis = await startRedis()
  await using server = await startAuthorizationServer({ profiles: ['portx'], lifetime })
  const { tokenEndpoint, base, client } = server.doorways.portx
  const { clientId, clientSecret } = client
  const orders: Orders = { redis: redis.url, tokenEndpoint, base, clientId, clientSecret, scopes }
  const env = { ...process.env, FLEET_KEY: randomBytes(32).toString('base64') }
  const members = await Promise.all(Array.from({ length: size }, () => start(orders, env)))
  await setTimeout(lifetime * lifetimes * 1000)
  const processes = await Promise.all(members.map(stop))
  return {
    processes,
    tokens: scopes.length,
    seconds: lifetime * lifetimes,
    requests: server.doorways.portx.requests.filter(({ endpoint }) => endpoint === 'token').length,
  }
}

async function start(orders: Orders, env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const member = fork(path.join(import.meta.dirname, 'member.js'), {
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  member.send(orders)
  await once(member, 'message')
  return member
}

async function stop(member: ChildProcess): Promise<Report> {
  const told = once(member, 'message')
  member.send('stop')
  const [report]: Report[] = await told
  return report ?? { calls: 0, fetched: 0, adopted: 0, failed: 1 }
}

/** Writes the results as a table, a line for each process. */
export function renderFleet({ processes, tokens, seconds, requests }: FleetResults): string {
  const rows = processes.map(({ calls, fetched, adopted, failed }, index) =>
    [`process ${index + 1}`, calls, fetched, adopted, failed].map(String),
  )
  const table = [['', 'calls', 'fetched', 'adopted', 'failed'], ...rows]
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => (row[column] ?? '').length)))
  const lines = table.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  )
  const calls = processes.reduce((sum, report) => sum + report.calls, 0)
  const failed = processes.reduce((sum, report) => sum + report.failed, 0)
  return [
    ...lines,
    '',
    `${processes.length} processes wanted ${tokens} tokens ${calls} times in ${seconds} s: ${requests} token requests, ${failed} failed`,
  ].join('\n')
}
