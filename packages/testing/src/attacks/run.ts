import { realm, stepUp } from '../conformance/answers.js'
import { type ConformanceConfig, type RunningApi, see, withApi } from '../conformance/api.js'
import type { ConformanceAdapter } from '../conformance/run.js'
import { type Attack, type AttackResult, showing } from './attack.js'
import { claimAttacks } from './claim-attacks.js'
import { type DpopAttack, dpopAttacks, dpopOptions, openProofs, type Proofs } from './dpop-attacks.js'
import { introspectionAttacks } from './introspection-attacks.js'
import { type KeyAttack, keyAttacks } from './key-attacks.js'
import { pathAttacks } from './path-attacks.js'
import { requestAttacks } from './request-attacks.js'
import { audience, issuer, opaqueIssuer, openScene, type Scene } from './scene.js'
import { tokenAttacks } from './token-attacks.js'

type Start = ConformanceAdapter['start']

const attacks: readonly Attack[] = [...requestAttacks, ...tokenAttacks, ...claimAttacks, ...introspectionAttacks]

/**
 * Attacks an API over real sockets: by the request, the token, its claims, the keys its issuer publishes and what is said
 * of opaque tokens; with some requests that only look like attacks. For development and tests.
 *
 * @param adapter as for {@link runConformance}. It is started once more for each set of keys, some sixty times; with
 * `dpop` it is attacked by DPoP proofs, too.
 * @returns a result per attack; the API stands when `expected` equals `seen` in each.
 * @example
 * const results = await runAttacks({ start: startMyApi })
 * for (const { id, expected, seen } of results) assert.deepEqual(seen, expected, id)
 */
export async function runAttacks({
  start,
  dpop = false,
}: Pick<ConformanceAdapter, 'start' | 'dpop'>): Promise<Results> {
  await using scene = await openScene()
  const { rsa, ec, ec384, ed } = scene
  const config = configOf(scene, scene.publish({ json: { keys: [rsa, ec, ec384, ed].map(({ jwk }) => jwk) } }))
  const results = await withApi(start(config), async (api) => [
    ...(await runEach(attacks, (attack) => attackApi(api, scene, attack))),
    ...(await runEach(pathAttacks, (attack) => attack.run(api, scene))),
  ])
  const byProofs = dpop ? await attackProofs(start, scene, config) : []
  return [...results, ...byProofs, ...(await runEach(keyAttacks, (attack) => attackKeys(start, scene, attack)))]
}

type Results = readonly AttackResult[]

async function attackProofs(start: Start, scene: Scene, config: ConformanceConfig): Promise<Results> {
  const proofs = await openProofs(scene)
  return await withApi(start({ ...config, dpop: dpopOptions }), (api) =>
    runEach(dpopAttacks, (attack) => attackProof(api, proofs, attack)),
  )
}

function configOf({ introspectionEndpoint }: Scene, jwksUri: string): ConformanceConfig {
  return {
    audience,
    realm,
    clockTolerance: 0,
    stepUp,
    jwt: { issuer, jwksUri },
    opaque: { issuer: opaqueIssuer, introspectionEndpoint, clientId: 'api', clientSecret: 'test-only-secret' },
  }
}

async function attackApi(api: RunningApi, scene: Scene, { id, about, shoot, answer }: Attack): Promise<AttackResult> {
  const { query, ...shot } = await shoot(scene)
  const called = api.call('read')
  const url = new URL(called.url)
  for (const [name, value] of new URLSearchParams(query)) url.searchParams.append(name, value)
  return { id, about, expected: answer, seen: await see(api, { ...called, ...shot, url: url.href }, answer) }
}

async function attackProof(
  api: RunningApi,
  proofs: Proofs,
  { id, about, shoot, answer }: DpopAttack,
): Promise<AttackResult> {
  const called = api.call('read')
  const headers = await shoot(proofs, { method: called.method, path: new URL(called.url).pathname })
  return { id, about, expected: answer, seen: await see(api, { ...called, headers }, answer) }
}

async function attackKeys(start: Start, scene: Scene, { id, stage, answer }: KeyAttack): Promise<AttackResult> {
  const { keys, token = await scene.ec.sign(scene.claims()) } = await stage(scene)
  return await withApi(start(configOf(scene, scene.publish(keys))), async (api) => {
    const seen = await see(api, { ...api.call('read'), ...showing(token) }, answer)
    return { id, about: 'keys', expected: answer, seen }
  })
}

async function runEach<T>(all: readonly T[], run: (each: T) => Promise<AttackResult>): Promise<AttackResult[]> {
  const results: AttackResult[] = []
  for (const each of all) results.push(await run(each))
  return results
}
