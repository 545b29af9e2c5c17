import { flushCompileCache } from 'node:module'
import { createTokenClient, refreshToken, type StoredToken, type TokenStore } from '@auth/core'

/**
 * A process to be killed: a token client whose store and lock are its parent's, asked by messages. Run by itself, from
 * the built package, so that it starts quickly.
 */
interface Command {
  readonly tokenEndpoint: string
  readonly refreshToken: string
  readonly scope: string | undefined
  /** Milliseconds since the epoch. */
  readonly now: number
}

type Message = { readonly command: Command } | 'ping' | { readonly id: number; readonly answer?: unknown }

const waiting: ((answer: never) => void)[] = []

function ask<T>(operation: string, ...parts: readonly unknown[]): Promise<T> {
  return new Promise<T>((resolve) => {
    const id = waiting.push(resolve) - 1
    process.send?.({ id, operation, parts })
  })
}

const store: TokenStore = {
  get: (key) => ask<StoredToken | undefined>('get', key),
  set: (key, token) => ask('set', key, token),
  delete: (key) => ask('delete', key),
  lock: async (key) => ((await ask<boolean>('lock', key)) ? { release: () => ask('release', key) } : undefined),
}

/** The client lives on from command to command, and its clock with it. */
let at = 0
const clients = new Map<string, ReturnType<typeof createTokenClient>>()

function clientOf({ tokenEndpoint, refreshToken: token }: Command): ReturnType<typeof createTokenClient> {
  const found = clients.get(token)
  if (found !== undefined) return found
  const options = { tokenEndpoint, clientId: 'client', clientSecret: 'test-only', now: () => at, cache: store }
  const client = createTokenClient({ ...options, grant: refreshToken(token) })
  clients.set(token, client)
  return client
}

async function run(command: Command): Promise<void> {
  at = command.now
  const code = await clientOf(command)
    .getToken({ scope: command.scope })
    .then(
      () => 'served',
      (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
    )
  process.send?.({ code })
}

process.on('message', (message: Message) => {
  if (message === 'ping') process.send?.('pong')
  else if ('command' in message) void run(message.command)
  else waiting[message.id]?.(message.answer as never)
})
// Whoever is killed cannot do so at the end: the next process starts twice as fast.
flushCompileCache()
