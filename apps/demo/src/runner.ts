import { AuthError, type TokenSet } from '@auth/core'
import type { AuthorizationServer, Doorway } from '@auth/testing'
import type { ProfileName } from 'accounts'
import { type Answer, sameAnswer } from './answer.js'
import { type Callers, callersFor } from './callers.js'
import { cases } from './cases.js'
import { newClient } from './clients.js'
import { type EntryPoint, entryPoints, type RunningApi } from './entry-points.js'
import { environmentOf } from './environment.js'
import { type CaseResult, type Check, type ProfileResult, type Results, summarise } from './results.js'

const concurrentCallers = 100

/** Milliseconds an API may take: nothing may hang the whole run. */
const patience = 10_000

/** Their tokens can be revoked before they expire, as the authorization server is asked about each. */
const opaqueProfiles: ReadonlySet<ProfileName> = new Set(['portsip', 'passport'])

/** What a run needs. */
export interface RunOptions {
  /** The doorways of all the profiles are open. */
  readonly server: AuthorizationServer
  readonly profiles: readonly ProfileName[]
  /** Every request of the clients goes through it. @default globalThis.fetch */
  readonly fetch?: typeof globalThis.fetch | undefined
}

/** An entry point whose API is up. */
type Running = readonly [entryPoint: EntryPoint, api: RunningApi]

/** Runs every case of the given profiles at every entry point. What it starts it also stops. */
export async function run({ server, profiles, fetch = globalThis.fetch }: RunOptions): Promise<Results> {
  const began = performance.now()
  const results: ProfileResult[] = []
  for (const profile of profiles) results.push(await runProfile(server, profile, fetch))
  return summarise(results, performance.now() - began)
}

/** A profile that cannot be run must not keep the others from it. */
async function runProfile(
  server: AuthorizationServer,
  profile: ProfileName,
  fetch: typeof globalThis.fetch,
): Promise<ProfileResult> {
  const began = performance.now()
  const doorway = server.doorways[profile]
  const outcome = await tryProfile(server, profile, fetch).catch((error: unknown) => ({
    failure: describeError(error),
    checks: [],
    cases: [],
  }))
  const tokenRequests = tokenRequestsAt(doorway)
  return { profile, ...outcome, tokenRequests, milliseconds: performance.now() - began }
}

async function tryProfile(
  server: AuthorizationServer,
  profile: ProfileName,
  fetch: typeof globalThis.fetch,
): Promise<Pick<ProfileResult, 'token' | 'checks' | 'cases'>> {
  await using stack = new AsyncDisposableStack()
  const doorway = server.doorways[profile]
  const running: Running[] = []
  for (const entryPoint of entryPoints) {
    const api = await entryPoint.start({ env: environmentOf(doorway) })
    stack.defer(() => api.close())
    running.push([entryPoint, api])
  }
  const allowedOrigins = running.map(([, { url }]) => url)
  const reader = newClient(server, profile, 'reader', { allowedOrigins, fetch })
  stack.defer(() => reader.close())
  const owner = newClient(server, profile, 'owner', { allowedOrigins, fetch })
  stack.defer(() => owner.close())

  const [token] = await Promise.all(Array.from({ length: concurrentCallers }, () => reader.getToken()))
  const cold = check(`token requests for ${concurrentCallers} concurrent getToken()`, 1, tokenRequestsAt(doorway))
  const opaque = opaqueProfiles.has(profile)
  const callers = await callersFor({ doorway, reader, owner, opaque, fetch })
  const results: CaseResult[] = []
  for (const each of running) results.push(...(await runCases(each, callers)))
  // The reader's and, where there is something to revoke, the owner's: no call to an API cost another one.
  const whole = check('token requests in all', opaque ? 2 : 1, tokenRequestsAt(doorway))
  return { token: describeToken(token), checks: [cold, whole], cases: results }
}

function tokenRequestsAt(doorway: Doorway): number {
  return doorway.count('token') + doorway.count('refresh')
}

async function runCases([entryPoint, { url }]: Running, callers: Callers): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = []
  for (const { name, caller, action, expected } of cases) {
    const fetch = callers[caller]
    if (fetch === undefined) continue
    const began = performance.now()
    const seen = await entryPoint.call(url, action, withDeadline(fetch)).catch(noAnswer)
    const milliseconds = performance.now() - began
    const passed = sameAnswer(expected, seen)
    results.push({ entryPoint: entryPoint.name, case: name, expected, seen, passed, milliseconds })
  }
  return results
}

function withDeadline(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(patience) })
}

function noAnswer(error: unknown): Answer {
  return { status: 0, failure: `no answer: ${describeError(error)}` }
}

/** Our own errors hold no secret; of others, whose messages are not ours to print, only the kind. */
function describeError(error: unknown): string {
  if (error instanceof AuthError) return `${error.code} (${error.message})`
  return error instanceof Error ? error.name : 'unknown'
}

function describeToken(token: TokenSet | undefined): ProfileResult['token'] {
  if (token === undefined) throw new Error('nobody asked for a token')
  const { tokenType, scope, expiresAt } = token
  return { type: tokenType, scope, lifetime: expiresAt - Math.floor(Date.now() / 1000) }
}

function check(name: string, expected: number, seen: number): Check {
  return { name, expected, seen, passed: expected === seen }
}
