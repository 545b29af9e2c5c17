import type { Answer } from './answers.js'
import type { Route } from './cases.js'
import { send, type WireRequest, type WireResponse } from './wire.js'

/** How the verifier of the API under test is to be configured. */
export interface ConformanceConfig {
  readonly audience: string
  readonly realm: string
  /** Seconds. */
  readonly clockTolerance: number
  /** Set for the cases of DPoP: the API takes proofs for this origin, by keys of these algorithms, and no nonces. */
  readonly dpop?: { readonly origin: string; readonly algorithms: readonly string[] } | undefined
  /** What the route `recent`, where there is one, asks of a login (RFC 9470), after `accounts:read`. */
  readonly stepUp: { readonly acrValues: readonly string[]; readonly maxAge: number }
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

/** Starts an API, uses it, and closes it whatever happens. */
export async function withApi<T>(starting: Promise<RunningApi>, use: (api: RunningApi) => Promise<T>): Promise<T> {
  const api = await starting
  try {
    return await use(api)
  } finally {
    await api.close()
  }
}

/** Sends a request. @returns what came back, as it is compared with the answer it should get */
export async function see(api: RunningApi, { headers, ...request }: WireRequest, answer: Answer): Promise<Answer> {
  const typed = request.body === undefined || headers.some(([name]) => name.toLowerCase() === 'content-type')
  const type: [string, string][] = typed ? [] : [['content-type', 'application/json']]
  const response = await send({ ...request, headers: [...type, ...headers] })
  const seen = (api.read ?? readHttp)(response)
  // What a granted route answers is the API's own affair.
  return answer.body === undefined && seen.status === answer.status ? { ...seen, body: undefined } : seen
}

function readHttp({ status, headers, body }: WireResponse): Answer {
  return { status, challenge: headers.get('www-authenticate'), body }
}
