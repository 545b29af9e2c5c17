import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { createTokenClient, memoryStore, type TokenStore } from '@auth/core'
import type { Benchmark } from '../benchmark.js'
import { json, startServer } from '../client-behaviour/server.js'

/** Seconds, except for the callers. */
const life = { span: 60, lifetime: 10, answerTime: 1, pause: 0.1, callers: 200 } as const

/** A minute of a client with many callers and short-lived tokens from a slow server, in real time. */
export const clientLife: Benchmark = async () => {
  const figures = await live()
  const kept = figures.waited === 0 && figures.failed === 0 && figures.early === 0 && figures.renewals > 0
  const lines = Object.entries(figures).map(([name, value]) => `| ${name} | ${value} |`)
  return { figures, text: ['| | |', '| --- | --- |', ...lines].join('\n'), kept }
}

interface Figures {
  readonly callers: number
  readonly seconds: number
  readonly calls: number
  readonly renewals: number
  /** Calls that did not settle before the next `setImmediate` callback. */
  readonly waited: number
  readonly failed: number
  /** Renewals that started before their predecessor's time had come. */
  readonly early: number
  /** Seconds a token had left when it was handed out, at least. */
  readonly leastLeft: number
}

async function live(): Promise<Figures> {
  await using server = await startServer((response, index) => {
    const answer = { access_token: `token-${index}`, token_type: 'Bearer', expires_in: life.lifetime }
    setTimeout(() => json(response, answer), life.answerTime * 1000)
  })
  const { store, renewAt } = watched()
  const starts: number[] = []
  const client = createTokenClient({
    tokenEndpoint: `${server.origin}/token`,
    clientId: 'client',
    clientSecret: 'benchmark-only',
    cache: store,
    fetch: async (input, init) => {
      starts.push(Date.now() / 1000)
      return await fetch(input, init)
    },
  })
  await client.getToken()
  const seen = { calls: 0, waited: 0, failed: 0, leastLeft: Number.POSITIVE_INFINITY }
  const end = performance.now() + life.span * 1000
  const call = async (): Promise<void> => {
    let settled = false
    const token = client.getToken().finally(() => {
      settled = true
    })
    // It may be rejected before it is awaited below.
    token.catch(() => undefined)
    await nextTurn()
    seen.calls++
    if (!settled) seen.waited++
    try {
      seen.leastLeft = Math.min(seen.leastLeft, (await token).expiresAt - Date.now() / 1000)
    } catch {
      seen.failed++
    }
  }
  const caller = async (): Promise<void> => {
    while (performance.now() < end) {
      await sleep(life.pause * 1000 * (0.5 + Math.random()))
      await call()
    }
  }
  await Promise.all(Array.from({ length: life.callers }, caller))
  client.close()
  const early = starts.slice(1).filter((start, index) => start < (renewAt[index] ?? Number.POSITIVE_INFINITY)).length
  const { leastLeft, ...counts } = seen
  return {
    callers: life.callers,
    seconds: life.span,
    ...counts,
    renewals: starts.length - 1,
    early,
    leastLeft: Number(leastLeft.toFixed(2)),
  }
}

/** A store, and when each token that was put into it may be renewed. */
function watched(): { readonly store: TokenStore; readonly renewAt: readonly number[] } {
  const inner = memoryStore()
  const renewAt: number[] = []
  const set: TokenStore['set'] = (key, token, lifetime) => {
    renewAt.push(token.renewAt)
    return inner.set(key, token, lifetime)
  }
  return { store: { ...inner, set }, renewAt }
}
