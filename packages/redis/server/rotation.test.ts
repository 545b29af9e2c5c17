import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { SessionOrders, SessionReport } from './fleet/session-orders.js'
import { startRedis } from './support/redis-server.js'

const size = 32
/** Seconds. */
const lifetime = 1

/** A server that rotates refresh tokens. Whoever sends one again is refused, unless it is within the window for it. */
class Rotating {
  /** How often a token was renewed. */
  count = 0
  /** Tokens that were sent again, by whom it was allowed to. */
  reused = 0
  /** Whose answer holds the token that is good now. */
  holder: number | undefined
  /** Successors, by the token that was sent for them. */
  readonly #next = new Map<string, string>()
  readonly #forgives: boolean
  #current = 'session-0.0'

  constructor(forgives: boolean) {
    this.#forgives = forgives
  }

  login(session: number): string {
    this.#current = `session-${session}.0`
    return this.#current
  }

  answer(sent: string, from: number, response: ServerResponse): void {
    const known = this.#next.get(sent)
    if (sent === this.#current && known === undefined) {
      this.count++
      const [session] = sent.split('.')
      this.#current = `${session}.${this.count}`
      this.#next.set(sent, this.#current)
      this.holder = from
      this.#grant(this.#current, response)
    } else if (this.#forgives && known === this.#current) {
      this.reused++
      this.#grant(known, response)
    } else {
      response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_grant"}')
    }
  }

  #grant(refresh_token: string, response: ServerResponse): void {
    const answer = { access_token: `a-${refresh_token}`, token_type: 'Bearer', expires_in: lifetime, refresh_token }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  }
}

/** Processes that share a session while one after the other is killed. */
async function run(forgives: boolean, renewals: number) {
  await using redis = await startRedis()
  const issuer = new Rotating(forgives)
  let enough = (): void => undefined
  const done = new Promise<void>((resolve) => {
    enough = resolve
  })
  const http = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    issuer.answer(new URLSearchParams(body).get('refresh_token') ?? '', Number(request.headers['x-process']), response)
    if (issuer.count >= renewals) enough()
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const address = http.address()
  const tokenEndpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/token`

  let session = 0
  let orders: SessionOrders = { session, token: issuer.login(session), tokenEndpoint }
  const members = new Set<ChildProcess>()
  const failures: Record<string, number> = {}
  let lost = 0
  /** Sessions whose last refresh token died with the process that was given it. */
  let explained = 0
  const killed = new Set<number>()
  const heard = (told: SessionReport): void => {
    if ('ready' in told) return
    // All others of the same session find out, too.
    if (told.session !== session) return
    failures[told.code] = (failures[told.code] ?? 0) + 1
    if (told.code !== 'invalid_grant') return
    lost++
    if (issuer.holder !== undefined && killed.has(issuer.holder)) explained++
    session++
    orders = { session, token: issuer.login(session), tokenEndpoint }
    for (const member of members) member.send(orders)
  }
  const start = async (): Promise<void> => {
    const file = path.join(import.meta.dirname, 'fleet/session-member.ts')
    const member = fork(file, [redis.url], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    await once(member, 'message')
    members.add(member)
    member.on('message', heard)
    member.send(orders)
  }
  for (let n = 0; n < size; n += 8) await Promise.all(Array.from({ length: 8 }, start))
  let over = false
  void done.then(() => {
    over = true
  })
  while (!over) {
    // At any moment of a renewal, or between two of them.
    await setTimeout(Math.random() * 600)
    const [victim] = [...members].sort(() => Math.random() - 0.5)
    if (victim === undefined) throw new Error('there is nobody left')
    members.delete(victim)
    victim.kill('SIGKILL')
    killed.add(victim.pid ?? 0)
    await start()
  }
  for (const member of members) member.kill('SIGKILL')
  http.closeAllConnections()
  http.close()
  return { issuer, kills: killed.size, lost, explained, failures }
}

/**
 * What calls may meet while the one whose turn it is has been killed: these tokens live for less time than it takes to be
 * sure of that.
 */
const harmless = ['timeout', 'temporarily_unavailable']

test(`${size} processes renew one refresh token 200 times, and are killed meanwhile`, async () => {
  const { issuer, kills, lost, explained, failures } = await run(false, 200)
  console.log(`${issuer.count} renewals, ${kills} kills, ${lost} of them between the answer and the write`)
  expect(Object.keys(failures).filter((code) => !harmless.includes(code))).toEqual(lost > 0 ? ['invalid_grant'] : [])
  expect(explained).toBe(lost)
}, 500_000)

test(`with a server that forgives, no session is lost`, async () => {
  const { issuer, kills, lost, failures } = await run(true, 60)
  console.log(`${issuer.count} renewals, ${kills} kills, ${issuer.reused} tokens sent again within the window`)
  expect(Object.keys(failures).filter((code) => !harmless.includes(code))).toEqual([])
  expect(lost).toBe(0)
}, 500_000)
