import type { Benchmark } from '../benchmark.js'
import { startServer, tokens } from '../client-behaviour/server.js'
import { type Contender, limitName, oneByOne, oursName } from '../harness/contender.js'
import { draw } from '../harness/draw.js'
import { type Case, caseOf, figureOf } from '../harness/figures.js'
import type { Goal } from '../harness/goal.js'
import { interleave, type Plan } from '../harness/interleave.js'
import { reportOf } from '../harness/report.js'
import { inverse } from '../harness/statistics.js'
import { type Asking, badgateway, filled, google, msal, toolkit } from './asking.js'

const plan: Plan = { rounds: 40, warmUp: 8, operations: 2000 }

/** A token that is at hand: the clients that keep tokens, beside an awaited promise that is resolved already. */
export const getToken: Benchmark = async () => {
  await using server = await startServer(tokens({ expires_in: 3600 }))
  const access = { origin: server.origin, clientId: 'client', clientSecret: 'benchmark-only' }
  const cases: Case[] = []
  for (const count of [1, 10_000]) {
    const keys = Array.from({ length: count }, (_, n) => `scope-${n}`)
    // msal-node searches its cache from end to end: filling it with 10 000 keys alone would take minutes.
    const peers = [google(access), badgateway(access), ...(count === 1 ? [msal(access)] : [])]
    const asking = await Promise.all([toolkit(access, count), ...peers].map((each) => filled(each, keys)))
    const name = count === 1 ? '1 key' : `${count.toLocaleString('en')} keys`
    cases.push(caseOf(name, await interleave([limit(keys), ...asking.map((each) => contender(each, keys))], plan)))
    for (const { close } of asking) close?.()
  }
  return reportOf('Tokens at hand', cases, cases.flatMap(goalsOf))
}

/** Among many keys, a map finds the promise. */
function limit(keys: readonly string[]): Contender {
  const only = Promise.resolve('token')
  const resolved = new Map(keys.map((key) => [key, Promise.resolve(`token of ${key}`)]))
  const token = keys.length === 1 ? () => only : (key: string) => resolved.get(key) ?? only
  return { name: limitName, slice: () => oneByOne(draw(keys, plan.operations), token) }
}

function contender({ name, package: named, token }: Asking, keys: readonly string[]): Contender {
  return { name, package: named, slice: () => oneByOne(draw(keys, plan.operations), token) }
}

/** By CPU time: all of it happens on one thread, and a core that is shared hits the longer slices more often. */
function goalsOf(measured: Case): readonly Goal[] {
  const { cpuShare: share } = figureOf(measured, oursName)
  if (share === undefined) return []
  return [{ name: `${measured.name}: times the limit's CPU`, figure: inverse(share), atMost: 3 }]
}
