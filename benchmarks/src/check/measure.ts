import { createTokenClient } from '@auth/core'
import { type Contender, limitName, oneByOne, oursName } from '../harness/contender.js'
import { caseOf, figureOf } from '../harness/figures.js'
import { interleave, type Plan, slicesOf } from '../harness/interleave.js'
import type { Estimate } from '../harness/statistics.js'
import { type Algorithm, createKey } from '../tokens/key.js'
import { createTokens } from '../tokens/token.js'
import { toolkit } from '../tokens/verifiers.js'
import { contendersFor } from '../verify-cold/contenders.js'
import { known, lookUp } from '../verify-warm/contenders.js'
import type { Checked } from './floors.js'

const coldPlan: Plan = { rounds: 30, warmUp: 8, operations: 40 }
const warmPlan: Plan = { rounds: 30, warmUp: 8, operations: 3000 }

/** This toolkit's share of the limit, by CPU time: waiting for a core does not count. */
export const measurements: Readonly<Record<Checked, () => Promise<Estimate>>> = {
  'cold, RS256': () => cold('RS256'),
  'cold, ES256': () => cold('ES256'),
  'cold, EdDSA': () => cold('EdDSA'),
  'warm, 1,000 tokens': warm,
  'getToken() at hand': getToken,
}

async function cold(algorithm: Algorithm): Promise<Estimate> {
  const key = await createKey(algorithm)
  const tokens = createTokens(key, slicesOf(coldPlan) * coldPlan.operations)
  return await share(
    await contendersFor(key, tokens, { verifying: [toolkit(key)], width: 1, plan: coldPlan }),
    coldPlan,
  )
}

async function warm(): Promise<Estimate> {
  const key = await createKey('ES256')
  const tokens = createTokens(key, 1000)
  return await share([lookUp(tokens, warmPlan), await known(toolkit(key), tokens, warmPlan)], warmPlan)
}

async function getToken(): Promise<Estimate> {
  const answer = JSON.stringify({ access_token: 'token', token_type: 'Bearer', expires_in: 3600 })
  const client = createTokenClient({
    tokenEndpoint: 'https://as.example.com/token',
    clientId: 'client',
    clientSecret: 'benchmark-only',
    fetch: async () => new Response(answer, { headers: { 'content-type': 'application/json' } }),
  })
  await client.getToken()
  const resolved = Promise.resolve('token')
  const calls = Array.from({ length: warmPlan.operations }, (_, n) => n)
  const limit: Contender = { name: limitName, slice: () => oneByOne(calls, () => resolved) }
  const ours: Contender = { name: oursName, slice: () => oneByOne(calls, () => client.getToken()) }
  return await share([limit, ours], warmPlan)
}

async function share(contenders: readonly Contender[], plan: Plan): Promise<Estimate> {
  const { cpuShare } = figureOf(caseOf('check', await interleave(contenders, plan)), oursName)
  if (cpuShare === undefined) throw new Error('there is no limit')
  return cpuShare
}
