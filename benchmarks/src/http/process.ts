import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import os from 'node:os'
import path from 'node:path'
import type { ListedApp } from './app.js'
import { titleOf } from './apps/index.js'

/** An app in a process of its own. */
export interface Served {
  readonly app: ListedApp
  readonly url: string
  /** Microseconds of CPU it has taken so far. */
  readonly cpu: () => Promise<number>
  readonly stop: () => void
}

/** Keeps servers and the load apart, where there are two cores and `taskset`. */
export const apart: boolean = os.availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0

/** The load generator, this process, moves to the second core. */
export function makeRoom(): void {
  if (apart) spawnSync('taskset', ['-a', '-c', '-p', '1', String(process.pid)])
}

/** So that no young generation grows while it is measured: one that has grown is collected less often. */
const youngGeneration = ['--min-semi-space-size=16', '--max-semi-space-size=16']

export async function serve(app: ListedApp, jwksUri: string): Promise<Served> {
  const server = path.join(import.meta.dirname, 'server.js')
  const command = [
    process.execPath,
    ...youngGeneration,
    '--disable-warning=ExperimentalWarning',
    server,
    titleOf(app),
    jwksUri,
  ]
  const [first = '', ...rest] = apart ? ['taskset', '-c', '0', ...command] : command
  const env = { ...process.env, NODE_ENV: 'production' }
  const child = spawn(first, rest, { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const url = String(await answerOf(child, titleOf(app)))
  const cpu = async (): Promise<number> => {
    const answered = answerOf(child, titleOf(app))
    child.send('cpu')
    return Number(await answered)
  }
  return { app, url, cpu, stop: () => child.disconnect() }
}

async function answerOf(child: ChildProcess, title: string): Promise<unknown> {
  const gone = new AbortController()
  const exited = once(child, 'exit', { signal: gone.signal }).then(() => {
    throw new Error(`${title} ended`)
  })
  try {
    const [answer]: unknown[] = await Promise.race([once(child, 'message', { signal: gone.signal }), exited])
    return answer
  } finally {
    gone.abort()
    exited.catch(() => undefined)
  }
}
