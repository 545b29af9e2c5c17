import { start as startHono } from 'accounts-hono'
import { start as startNestjs } from 'accounts-nestjs'
import { start as startScript } from 'accounts-script'
import { start as startTrpc } from 'accounts-trpc'
import { type Answer, readAnswer } from './answer.js'
import { type Action, newAccount } from './cases.js'
import { callTrpc } from './trpc.js'

/** An Accounts API that is up. */
export interface RunningApi {
  readonly url: string
  close(): Promise<void>
}

/** One of the four ways into the toolkit: how its API is started, and how it is called. */
export interface EntryPoint {
  readonly name: EntryPointName
  readonly start: (options: {
    readonly env: Readonly<Record<string, string>>
    readonly log?: { write(line: string): void }
  }) => Promise<RunningApi>
  readonly call: (url: string, action: Action, fetch: typeof globalThis.fetch) => Promise<Answer>
}

export type EntryPointName = 'NestJS' | 'Hono' | 'tRPC' | 'core'

export const entryPoints: readonly EntryPoint[] = [
  { name: 'NestJS', start: startNestjs, call: callHttp },
  { name: 'Hono', start: startHono, call: callHttp },
  { name: 'tRPC', start: startTrpc, call: callTrpc },
  { name: 'core', start: startScript, call: callHttp },
]

async function callHttp(url: string, action: Action, fetch: typeof globalThis.fetch): Promise<Answer> {
  return readAnswer(await fetch(`${url}/accounts`, action === 'list' ? {} : create))
}

const create = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(newAccount),
}
