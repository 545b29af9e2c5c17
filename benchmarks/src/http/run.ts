import { createServer } from 'node:http'
import type { Benchmark } from '../benchmark.js'
import type { Contender } from '../harness/contender.js'
import { draw } from '../harness/draw.js'
import { interleave, type Plan, slicesOf } from '../harness/interleave.js'
import { createKey, type Key } from '../tokens/key.js'
import { createTokens, fresh } from '../tokens/token.js'
import { apps, titleOf } from './apps/index.js'
import { send, statusWith } from './load.js'
import { makeRoom, type Served, serve } from './process.js'
import { httpReport } from './report.js'

/** Compilers settle after some 20 000 requests; 16 connections are to be no part of what a slice takes. */
const warm: Plan = { rounds: 30, warmUp: 16, operations: 1250 }
const cold: Plan = { rounds: 30, warmUp: 4, operations: 150 }

/** The same app with nothing, with a middleware that only reads the header, with this toolkit, and with its peers. */
export const http: Benchmark = async () => {
  makeRoom()
  const key = await createKey('RS256')
  const keys = await serveKeys(key)
  const served = await Promise.all(apps.map((app) => serve(app, keys.url)))
  try {
    await Promise.all(served.map((one) => letsInTheRightOnes(one, key)))
    const live = createTokens(key, 1000, { typ: 'JWT' })
    const distinct = createTokens(key, slicesOf(cold) * cold.operations, { typ: 'JWT' })
    const once = (round: number): readonly Buffer[] =>
      distinct.slice(round * cold.operations, (round + 1) * cold.operations)
    return httpReport([
      { name: 'warm', samples: await interleave(served.map(contender(() => draw(live, warm.operations))), warm) },
      { name: 'cold', samples: await interleave(served.filter(({ app }) => app.guarded).map(contender(once)), cold) },
    ])
  } finally {
    for (const { stop } of served) stop()
    keys.close()
  }
}

function contender(tokens: (round: number) => readonly Buffer[]): (served: Served) => Contender {
  return ({ app, url, cpu }) => ({
    name: titleOf(app),
    package: app.package,
    cpu,
    slice: (round) => {
      const chosen = tokens(round)
      return () => send(url, chosen)
    },
  })
}

/** Nobody is measured who lets in a forged token, or who keeps out a good one. */
async function letsInTheRightOnes({ app, url }: Served, key: Key): Promise<void> {
  const [good] = createTokens(key, 1, { typ: 'JWT' })
  const [forged] = createTokens(await createKey('RS256'), 1, { typ: 'JWT' })
  if (good === undefined || forged === undefined) return
  const statuses = [await statusWith(url, fresh(good)), await statusWith(url, fresh(forged))]
  const expected = [200, app.guarded ? 401 : 200]
  if (String(statuses) !== String(expected)) throw new Error(`${titleOf(app)} answers ${String(statuses)}`)
}

interface KeyServer {
  readonly url: string
  readonly close: () => void
}

/** The key set of the issuer, on loopback. */
async function serveKeys({ jwk }: Key): Promise<KeyServer> {
  const body = JSON.stringify({ keys: [jwk] })
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'max-age=3600' }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { url: `http://127.0.0.1:${port}/jwks`, close: () => server.close() }
}
