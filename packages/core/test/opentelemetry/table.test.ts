import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { TokenClientEvent } from '../../src/client/events.js'
import { tokenClientTelemetry, verifierTelemetry } from '../../src/opentelemetry/index.js'
import type { VerifierEvent } from '../../src/verifier/events.js'
import { startTelemetry } from '../support/telemetry.js'

const page = readFileSync(new URL('../../../../docs/opentelemetry.md', import.meta.url), 'utf8')

const told = { grant: 'client_credentials', source: 'authorization_server', duration: 1, remaining: 9 } as const
const failure = { code: 'server_error', status: 502 } as const

/** One of each kind, so that every instrument and attribute is used. */
const clientEvents: { readonly [T in TokenClientEvent['type']]: Extract<TokenClientEvent, { readonly type: T }> } = {
  hit: { ...told, type: 'hit' },
  acquired: { ...told, type: 'acquired', repairs: ['token_type'] },
  renewed: { ...told, type: 'renewed', repairs: [] },
  failed: { ...told, ...failure, type: 'failed', background: false, retryAt: undefined },
  retried: { ...told, ...failure, type: 'retried', attempt: 1 },
  suppressed: { ...told, type: 'suppressed', reason: 'failed_before' },
  store_failed: { ...told, type: 'store_failed', operation: 'get' },
}

const at = { issuer: 'https://as.example.com', duration: 1, reason: 'prose' } as const
const verifierEvents: { readonly [T in VerifierEvent['type']]: Extract<VerifierEvent, { readonly type: T }> } = {
  token_accepted: { ...at, type: 'token_accepted', remembered: true },
  token_refused: { type: 'token_refused', code: 'invalid_token', reason: 'prose' },
  keys_fetched: { ...at, type: 'keys_fetched', keys: 1 },
  keys_unavailable: { ...at, type: 'keys_unavailable', retryAfter: 1 },
  issuer_unavailable: { ...at, type: 'issuer_unavailable' },
  token_introspected: { ...at, type: 'token_introspected', active: true },
  introspection_unavailable: { ...at, type: 'introspection_unavailable' },
  revocation_unavailable: { ...at, type: 'revocation_unavailable' },
  internal_error: { type: 'internal_error', name: 'RangeError' },
}

test('the tables list every metric, span and attribute, and no other', async () => {
  const { meter, tracer, metrics, spans } = startTelemetry()
  const ofClient = tokenClientTelemetry({ meter, tracer })
  const ofVerifier = verifierTelemetry({ meter, tracer })
  for (const event of Object.values(clientEvents)) ofClient(event)
  for (const event of Object.values(verifierEvents)) ofVerifier(event)
  const recorded = Object.entries(await metrics()).map(([name, points]) => [name, namesOf(points)])
  expect(Object.fromEntries(recorded)).toEqual(Object.fromEntries(metricRows()))
  const spanNames = spans().map(({ name }) => name.replace(told.grant, '{grant}'))
  expect(new Set(spanNames)).toEqual(firstColumn(/^\| `([a-z_{} ]+)` \| client \|/gm))
  expect(namesOf([...Object.values(await metrics()).flat(), ...spans()])).toEqual(
    firstColumn(/^\| `([a-z_.]+)` \| (?:string|boolean|int|double) \|/gm),
  )
})

/** Each metric and its unit, with its attributes. */
function metricRows(): readonly (readonly [string, ReadonlySet<string>])[] {
  return [...page.matchAll(/^\| `(oauth[a-z_.]+)` \| `([^`]+)` \|.*\|([^|]*)\|$/gm)].map(
    ([, name, unit, attributes = '']) => [
      `${name} ${unit}`,
      new Set([...attributes.matchAll(/`([a-z_.]+)`/g)].map(([, attribute = '']) => attribute)),
    ],
  )
}

function firstColumn(row: RegExp): ReadonlySet<string> {
  return new Set([...page.matchAll(row)].map(([, name = '']) => name))
}

function namesOf(all: readonly { readonly attributes: object }[]): ReadonlySet<string> {
  return new Set(all.flatMap(({ attributes }) => Object.keys(attributes)))
}
