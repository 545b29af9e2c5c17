import { createServer } from 'node:http'
import type { Benchmark } from '../benchmark.js'
import type { Contender } from '../harness/contender.js'
import { draw } from '../harness/draw.js'
import { interleave, type Plan, slicesOf } from '../harness/interleave.js'
import { createKey, type Key } from '../tokens/key.js'
import { createTokens, fresh } from '../tokens/token.js'
import type { ListedApp } from './app.js'
import { apps, titleOf } from './apps/index.js'
import { send, statusWith } from './load.js'
import { makeRoom, type Served, serve } from './process.js'
import { httpReport } from './report.js'

/** Processes of each app, which take turns: compilers settle a little differently in each. */
const processes = 2

/** Compilers settle after some 20 000 requests; 16 connections are to be no part of what a slice takes. */
const warm: Plan = { rounds: 30, warmUp: 16 * processes, operations: 1250 }
const cold: Plan = { rounds: 30, warmUp: 4, operations: 150 }

/** The same app with nothing, with a middleware that only reads the header, with this toolkit, and with its peers. */
export const http: Benchmark = async () => {
  makeRoom()
  const key = await createKey('RS256')
  const keys = await serveKeys(key)
  const teams = await Promise.all(apps.map((app) => teamOf(app, keys.url)))
  try {
    await Promise.all(teams.flatMap(({ members }) => members.map((one) => letsInTheRightOnes(one, key))))
    const live = createTokens(key, 1000, { typ: 'JWT' })
    const distinct = createTokens(key, slicesOf(cold) * cold.operations, { typ: 'JWT' })
    const once = (round: number): readonly Buffer[] =>
      distinct.slice(round * cold.operations, (round + 1) * cold.operations)
    return httpReport([
      { name: 'warm', samples: await interleave(teams.map(contender(() => draw(live, warm.operations))), warm) },
      { name: 'cold', samples: await interleave(teams.filter(({ app }) => app.guarded).map(contender(once)), cold) },
    ])
  } finally {
    for (const { members } of teams) for (const { stop } of members) stop()
    keys.close()
  }
}

/** The processes of one app. */
interface Team {
  readonly app: ListedApp
  readonly members: readonly Served[]
}

async function teamOf(app: ListedApp, jwksUri: string): Promise<Team> {
  return { app, members: await Promise.all(Array.from({ length: processes }, () => serve(app, jwksUri))) }
}

function contender(tokens: (round: number) => readonly Buffer[]): (team: Team) => Contender {
  return ({ app, members }) => ({
    name: titleOf(app),
    package: app.package,
    // Those whose turn it is not take none.
    cpu: async () => (await Promise.all(members.map(({ cpu }) => cpu()))).reduce((sum, each) => sum + each, 0),
    slice: (round) => {
      const chosen = tokens(round)
      const turn = members.at(round % members.length)
      return async () => {
        if (turn !== undefined) await send(turn.url, chosen)
      }
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
