import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { StoredToken } from '../../../src/cache/store.js'
import { json, type LocalServer, type Received, serve } from '../../support/local-server.js'

/** Where a process can be killed, in the order it gets there. */
export type Step =
  | 'the store is asked'
  | 'the turn is asked for'
  | 'the turn is given'
  | 'the request has arrived'
  | 'the server has rotated'
  | 'half the answer is sent'
  | 'the answer is sent'
  | 'the record has arrived'
  | 'the record is written'
  | 'the record is acknowledged'
  | 'the token is handed out'

/** What a process sends. */
type Said = Asking | { readonly code: string } | 'pong'

interface Asking {
  readonly id: number
  readonly operation: string
  readonly parts: readonly [key: string, token?: StoredToken]
}

/** A process, and what it told last. */
interface Running {
  readonly child: ChildProcess
  readonly gone: Promise<unknown>
  readonly told: () => Promise<string>
}

/**
 * A durable store, a server that rotates strictly, and processes between them that are killed at a step. Who sends a
 * refresh token a second time has ended the session (RFC 9700 §4.14.2).
 */
export class World implements AsyncDisposable {
  readonly records: Map<string, StoredToken> = new Map()
  readonly #locks = new Set<string>()
  #server: LocalServer | undefined
  #session = { start: '', current: '' }
  #count = 0
  #now = 1_800_000_000_000
  #kill: Step | undefined
  #running: Running
  #spare: Running

  constructor() {
    this.#running = this.#start()
    this.#spare = this.#start()
  }

  /** Another session: somebody has logged in, and nothing is stored. */
  logIn(): void {
    this.records.clear()
    const start = `start-${this.#count++}`
    this.#session = { start, current: start }
  }

  /** Whether the refresh token the server expects next is known to the client's side. */
  isKept(): boolean {
    const stored = [...this.records.values()].map(({ refreshToken }) => refreshToken)
    return (stored.length === 0 ? [this.#session.start] : stored).includes(this.#session.current)
  }

  /** The next token, after the life of the one before: `'served'`, or the code of the error. */
  async use(scope: string | undefined): Promise<string> {
    const { child, told } = this.#running
    this.#server ??= await serve((request, response) => this.#answer(request, response))
    this.#now += 100_000
    const answer = told()
    const tokenEndpoint = `${this.#server.origin}/token`
    const { start: refreshToken } = this.#session
    child.send({ command: { tokenEndpoint, refreshToken, scope, now: this.#now } })
    return await answer
  }

  /** Kills the process when it gets to a step; another takes its place. */
  async killAt(step: Step, scope: string | undefined): Promise<void> {
    this.#kill = step
    const killed = this.#running.gone.then(() => 'killed')
    // A busy machine may be too slow for the store's budget: then it does not get there, and is asked again.
    while ((await Promise.race([killed, this.use(scope)])) !== 'killed');
    // Nobody is left to release them: their lifetime is over.
    this.#locks.clear()
    this.#running = this.#spare
    this.#spare = this.#start()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { child, gone } of [this.#running, this.#spare]) {
      child.kill('SIGKILL')
      await gone
    }
    await this.#server?.[Symbol.asyncDispose]()
  }

  #start(): Running {
    const file = fileURLToPath(new URL('./process.ts', import.meta.url))
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...process.env, NODE_COMPILE_CACHE: path.join(tmpdir(), 'node-compile-cache') },
    })
    let tell: ((code: string) => void) | undefined
    const written: (() => void)[] = []
    child.on('message', (said: Said) => {
      if (said === 'pong') written.shift()?.()
      else if ('operation' in said) this.#store(child, said, written)
      else if (!this.#dies('the token is handed out')) tell?.(said.code)
    })
    // What it sent before it died is read before the channel counts as closed.
    const gone = Promise.all([once(child, 'exit'), once(child, 'disconnect')])
    const told = () =>
      new Promise<string>((resolve) => {
        tell = resolve
      })
    return { child, gone, told }
  }

  #store(child: ChildProcess, said: Asking, written: (() => void)[]): void {
    const [key, token] = said.parts
    const reply = (answer?: unknown) => void (child.connected && child.send({ id: said.id, answer }, () => undefined))
    switch (said.operation) {
      case 'get':
        if (!this.#dies('the store is asked')) reply(this.records.get(key))
        return
      case 'lock':
        if (this.#dies('the turn is asked for')) return
        reply(!this.#locks.has(key))
        this.#locks.add(key)
        this.#dies('the turn is given')
        return
      case 'set':
        if (this.#dies('the record has arrived') || token === undefined) return
        // A write takes as long as the process takes to say something else, which it must not.
        written.push(() => {
          this.records.set(key, token)
          if (this.#dies('the record is written')) return
          reply()
          this.#dies('the record is acknowledged')
        })
        child.send('ping', () => undefined)
        return
      default:
        this.#locks.delete(key)
        reply()
    }
  }

  #answer({ body }: Received, response: ServerResponse): void {
    if (this.#dies('the request has arrived')) return
    const sent = new URLSearchParams(body).get('refresh_token')
    if (sent !== this.#session.current) {
      this.#session.current = 'ended'
      json(response, { error: 'invalid_grant' }, 400)
      return
    }
    const next = `refresh-${this.#count++}`
    this.#session.current = next
    if (this.#dies('the server has rotated')) return
    const text = JSON.stringify({ access_token: 'access', token_type: 'Bearer', expires_in: 100, refresh_token: next })
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length })
    if (this.#kill === 'half the answer is sent') {
      response.write(text.slice(0, text.length / 2), () => void this.#dies('half the answer is sent'))
    } else response.end(text, () => void this.#dies('the answer is sent'))
  }

  /** Kills the process, if this is the step. */
  #dies(step: Step): boolean {
    if (this.#kill !== step) return false
    this.#kill = undefined
    this.#running.child.kill('SIGKILL')
    return true
  }
}
