import { startAuthorizationServer } from '../server.js'
import { type Answer, realm } from './answers.js'
import { type ConformanceCase, conformanceCases, type Route } from './cases.js'
import { mintTokens } from './tokens.js'
import { send, type WireResponse } from './wire.js'

/** How the verifier of the API under test is to be configured. */
export interface ConformanceConfig {
  readonly audience: string
  readonly realm: string
  /** Seconds. */
  readonly clockTolerance: number
  /** An issuer of JWTs whose `scope` names the API's scopes. */
  readonly jwt: { readonly issuer: string; readonly jwksUri: string }
  /** An issuer of opaque tokens whose introspection answer's `scope` names the API's scopes. */
  readonly opaque: {
    readonly issuer: string
    readonly introspectionEndpoint: string
    readonly clientId: string
    readonly clientSecret: string
  }
}

/** An API that is up. */
export interface RunningApi {
  /** How a route is called; a body, where the transport needs one, is JSON. */
  call(route: Route): { readonly method: string; readonly url: string; readonly body?: string | undefined }
  /** Where this transport puts what an HTTP handler would answer. @default the HTTP answer itself */
  readonly read?: ((response: WireResponse) => Answer) | undefined
  close(): Promise<void>
}

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
 * @param start starts the API with a verifier for the given configuration. Its catalogue holds `accounts:read` and
 * `accounts:write`, its routes are those of {@link Route}.
 * @returns a result per case; the API conforms when `expected` equals `seen` in each.
 * @example
 * const results = await runConformance(async (config) => startMyApi(config))
 * for (const { name, expected, seen } of results) assert.deepEqual(seen, expected, name)
 */
export async function runConformance(
  start: (config: ConformanceConfig) => Promise<RunningApi>,
): Promise<readonly ConformanceResult[]> {
  await using server = await startAuthorizationServer({ profiles: ['portx', 'portsip'] })
  const { portx, portsip } = server.doorways
  const tokens = await mintTokens(server)
  const api = await start({
    audience: server.audience,
    realm,
    clockTolerance: 0,
    jwt: { issuer: portx.issuer, jwksUri: portx.jwksUri },
    opaque: { issuer: portsip.issuer, introspectionEndpoint: portsip.introspectionEndpoint, ...portsip.resourceServer },
  })
  try {
    const results: ConformanceResult[] = []
    for (const each of conformanceCases) {
      portsip.outage('introspection', each.outage === true)
      results.push({ name: each.name, expected: each.answer, seen: await see(api, each, tokens) })
    }
    return results
  } finally {
    await api.close()
  }
}

async function see(
  api: RunningApi,
  { route, headers, query, answer }: ConformanceCase,
  tokens: Parameters<ConformanceCase['headers']>[0],
): Promise<Answer> {
  const { method, url, body } = api.call(route)
  const target = new URL(url)
  for (const [name, value] of new URLSearchParams(query?.(tokens))) target.searchParams.set(name, value)
  const type: [string, string][] = body === undefined ? [] : [['content-type', 'application/json']]
  const response = await send({ method, url: target.href, headers: [...type, ...headers(tokens)], body })
  const seen = (api.read ?? readHttp)(response)
  // What a granted route answers is the API's own affair.
  return answer.body === undefined && seen.status === answer.status ? { ...seen, body: undefined } : seen
}

function readHttp({ status, headers, body }: WireResponse): Answer {
  return { status, challenge: headers.get('www-authenticate'), body }
}
