import { type AuthorizationServer, startAuthorizationServer } from '../server.js'
import { type Answer, realm, stepUp as requirement } from './answers.js'
import { type ConformanceConfig, type RunningApi, see, withApi } from './api.js'
import { type ConformanceCase, conformanceCases, type Route, stepUpCases } from './cases.js'
import { dpopCases } from './dpop-cases.js'
import { createProver, proofAlgorithm } from './proofs.js'
import { mintTokens } from './tokens.js'

/** An API behind the adapter that is to be driven. */
export interface ConformanceAdapter {
  /** What its results are told apart by from those of others. */
  readonly name: string
  /**
   * Starts the API with a verifier for the given configuration. Its catalogue holds `accounts:read` and `accounts:write`,
   * its routes are those of {@link Route}.
   */
  readonly start: (config: ConformanceConfig) => Promise<RunningApi>
  /** Whether the API can be started once more, with `dpop` in its configuration, to take DPoP proofs. @default false */
  readonly dpop?: boolean | undefined
  /** Whether the API has the route `recent`. @default false */
  readonly stepUp?: boolean | undefined
}

/** The API's public origin in the cases of DPoP: another than the one it listens on. */
const origin = 'https://api.example.test'

/** What came of one case. */
export interface ConformanceResult {
  readonly name: string
  readonly expected: Answer
  readonly seen: Answer
}

/**
 * Drives an API over real sockets with every case of the kit, against an authorization server of its own.
 *
 * The expectations are written out, byte for byte, so that an adapter and the core cannot agree on the same mistake.
 * For development and tests.
 *
 * @returns a result per case; the API conforms when `expected` equals `seen` in each.
 * @example
 * const results = await runConformance({ name: 'mine', start: startMyApi })
 * for (const { name, expected, seen } of results) assert.deepEqual(seen, expected, name)
 */
export async function runConformance({
  name: adapter,
  start,
  dpop = false,
  stepUp = false,
}: ConformanceAdapter): Promise<readonly ConformanceResult[]> {
  await using server = await startAuthorizationServer({ profiles: ['portx', 'portsip'] })
  const { portx, portsip } = server.doorways
  const config = {
    audience: server.audience,
    realm,
    clockTolerance: 0,
    stepUp: requirement,
    jwt: { issuer: portx.issuer, jwksUri: portx.jwksUri },
    opaque: { issuer: portsip.issuer, introspectionEndpoint: portsip.introspectionEndpoint, ...portsip.resourceServer },
  }
  const cases = stepUp ? [...conformanceCases, ...stepUpCases] : conformanceCases
  const plain = await withApi(start(config), (api) => runCases(api, server, cases))
  const proofs = { ...config, dpop: { origin, algorithms: [proofAlgorithm] } }
  const proven = dpop ? await withApi(start(proofs), (api) => runDpop(api, server)) : []
  return [...plain, ...proven].map(({ name, ...result }) => ({ name: `${adapter}: ${name}`, ...result }))
}

type Results = readonly ConformanceResult[]

async function runCases(
  api: RunningApi,
  server: AuthorizationServer,
  cases: readonly ConformanceCase[],
): Promise<Results> {
  const tokens = await mintTokens(server)
  const results: ConformanceResult[] = []
  for (const { name, route, headers, query, outage, answer } of cases) {
    server.doorways.portsip.outage('introspection', outage === true)
    const { url, ...rest } = api.call(route)
    const target = new URL(url)
    for (const [key, value] of new URLSearchParams(query?.(tokens))) target.searchParams.set(key, value)
    const seen = await see(api, { ...rest, url: target.href, headers: headers(tokens) }, answer)
    results.push({ name, expected: answer, seen })
  }
  return results
}

async function runDpop(api: RunningApi, { doorways: { portx } }: AuthorizationServer): Promise<Results> {
  const [client, another] = await Promise.all([createProver(), createProver()])
  const plain = await portx.issue({ scope: 'accounts:read' })
  const bound = await portx.issue({ scope: 'accounts:read', claims: { cnf: { jkt: client.jkt } } })
  const results: ConformanceResult[] = []
  for (const { name, route, headers, again, answer } of dpopCases) {
    const called = api.call(route)
    const target = new URL(called.url)
    const [prove, proveByAnother] = [client, another].map(({ proverFor }) =>
      proverFor(bound, called.method, `${origin}${target.pathname}`),
    )
    if (prove === undefined || proveByAnother === undefined) throw new Error('a prover is missing')
    const request = { ...called, headers: await headers({ bound, plain, prove, proveByAnother, target }) }
    if (again === true) await see(api, request, answer)
    results.push({ name, expected: answer, seen: await see(api, request, answer) })
  }
  return results
}
