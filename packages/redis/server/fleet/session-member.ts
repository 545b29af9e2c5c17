import { createTokenClient, none, refreshToken, type TokenClient, TokenRequestError } from '@auth/core'
import { redisStore } from '@auth/redis'
import { createClient } from 'redis'
import type { SessionOrders, SessionReport } from './session-orders.js'

/** One process of a fleet that shares a session: a refresh token that works once, then its successor. */
const client = createClient({ url: process.argv[2] ?? '' })
client.on('error', () => undefined)
await client.connect()
const cache = redisStore(client, { encryptionKeys: [new Uint8Array(32).fill(7)] })

/** Says who asks: the server knows by it whom an answer died with. */
const signed: typeof fetch = async (input, init) => {
  const headers = new Headers(init?.headers)
  headers.set('x-process', String(process.pid))
  return await fetch(input, { ...init, headers })
}

let current: { readonly session: number; readonly tokens: TokenClient } | undefined

process.on('message', ({ session, token, tokenEndpoint }: SessionOrders) => {
  const grant = refreshToken(token)
  const options = { tokenEndpoint, clientId: 'fleet', clientAuth: none(), grant, cache, fetch: signed, timeout: 5 }
  current = { session, tokens: createTokenClient(options) }
})

setInterval(() => void use(), 50)
report({ ready: true })

async function use(): Promise<void> {
  const used = current
  if (used === undefined) return
  try {
    await used.tokens.getToken()
  } catch (error) {
    const code = error instanceof TokenRequestError ? error.code : String(error)
    report({ session: used.session, code })
  }
}

function report(told: SessionReport): void {
  process.send?.(told)
}
