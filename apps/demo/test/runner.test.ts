import { inspect } from 'node:util'
import { type AuthorizationServer, startAuthorizationServer } from '@auth/testing'
import { profileNames } from 'accounts'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { summarise } from '../src/results.js'
import { run } from '../src/runner.js'
import { renderTable } from '../src/table.js'
import { recordingFetch } from './support/recording.js'

let server: AuthorizationServer
let written: string[]

beforeEach(async () => {
  server = await startAuthorizationServer()
  written = []
  const capture = (...args: unknown[]): true => {
    written.push(args.map((arg) => (typeof arg === 'string' ? arg : inspect(arg, { depth: 10 }))).join(' '))
    return true
  }
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, method).mockImplementation(capture)
  }
  for (const stream of [process.stdout, process.stderr]) vi.spyOn(stream, 'write').mockImplementation(capture)
})

afterEach(async () => {
  vi.restoreAllMocks()
  await server.close()
})

/** Everything that must never be printed. */
function secretsOf({ doorways: { portx, portsip, passport, basicForm, aritma } }: AuthorizationServer): string[] {
  const clients = [portx, passport, basicForm, aritma].flatMap(({ client, limitedClient }) => [client, limitedClient])
  const people = [portsip.user, portsip.limitedUser, portsip.twoFactorUser, aritma.user, aritma.limitedUser]
  const apis = [portx, portsip, passport, basicForm, aritma].map(({ resourceServer }) => resourceServer)
  return [...[...clients, ...apis].map(({ clientSecret }) => clientSecret), ...people.map(({ password }) => password)]
}

test('every case of every profile passes everywhere, and nothing secret is printed', { timeout: 60_000 }, async () => {
  const { fetch, tokens } = recordingFetch()
  const results = await run({ server, profiles: profileNames, fetch })
  const printed = [renderTable(results), JSON.stringify(results), ...written].join('\n')

  const failed = results.profiles.flatMap(({ profile, cases, checks }) =>
    [...cases, ...checks].filter(({ passed }) => !passed).map((each) => ({ profile, ...each })),
  )
  expect(failed).toEqual([])
  // 4 entry points, 7 cases and for the two opaque profiles an eighth; 2 checks a profile.
  expect(results).toMatchObject({ passed: 4 * (5 * 7 + 2) + 5 * 2, failed: 0 })

  expect(written).toEqual([])
  // A profile's own token, one that expired, two that are not for this API, and 2 revoked ones with what came along.
  expect(tokens.size).toBeGreaterThan(5 * 4)
  const secrets = [...secretsOf(server), ...[...tokens].filter((token) => token !== 'garbage')]
  expect(secrets.filter((secret) => printed.includes(secret))).toEqual([])
})

test("it can fail: without the issuer's keys nothing is as expected", { timeout: 60_000 }, async () => {
  server.doorways.portx.outage('jwks', true)
  const results = await run({ server, profiles: ['portx'] })
  const granted = results.profiles[0]?.cases.filter((each) => each.case === 'granted')
  expect(granted?.map(({ seen, passed }) => [seen.status, passed])).toEqual(Array(4).fill([503, false]))
  expect(results.failed).toBeGreaterThan(4)
  expect(summarise(results.profiles, 0).failed).toBe(results.failed)
})

test('a profile that cannot be run fails as one, and says why', { timeout: 60_000 }, async () => {
  const { portx } = server.doorways
  portx.answer('token', {
    status: 401,
    headers: { 'content-type': 'application/json' },
    body: '{"error":"unauthorized"}',
  })
  const results = await run({ server, profiles: ['portx', 'aritma'] })
  expect(results).toMatchObject({
    profiles: [
      { profile: 'portx', failure: expect.stringMatching(/^invalid_client /), cases: [], tokenRequests: 1 },
      { profile: 'aritma' },
    ],
    passed: 30,
    failed: 1,
  })
  expect(renderTable(results)).toMatch(/^portx: FAILED: invalid_client /m)
})
