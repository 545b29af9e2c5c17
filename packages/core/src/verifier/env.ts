import { isJsonObject } from '../json.js'
import { type Introspection, introspect } from './introspect.js'
import type { Verifier } from './types.js'
import { createVerifier } from './verifier.js'

/** Environment variables, as `process.env` or a Worker's bindings hold them. */
export type Environment = Readonly<Record<string, unknown>>

/**
 * Creates a verifier from environment variables: `AUTH_ISSUER` and `AUTH_AUDIENCE` (several parted by commas), and
 * where they are set `AUTH_JWKS_URI`, `AUTH_ALGORITHMS` (parted by commas), `AUTH_CLOCK_TOLERANCE` (seconds) and
 * `AUTH_REALM`. `AUTH_INTROSPECTION_ENDPOINT` makes the issuer's tokens opaque: they are asked about there with
 * `AUTH_CLIENT_ID` and `AUTH_CLIENT_SECRET`, this API's own; JWTs too, unless `AUTH_JWKS_URI` is set.
 *
 * @param env default: `process.env`, where there is one.
 * @throws TypeError naming the variable that is missing or wrong.
 * @example
 * const verifier = verifierFromEnv() // AUTH_ISSUER=https://as.example.com AUTH_AUDIENCE=https://api.example.com
 */
export function verifierFromEnv(env: Environment = processEnvironment()): Verifier {
  try {
    return create(env)
  } catch (error) {
    throw naming(error)
  }
}

function create(env: Environment): Verifier {
  const algorithms = read(env, 'AUTH_ALGORITHMS')
  const tolerance = read(env, 'AUTH_CLOCK_TOLERANCE')
  return createVerifier({
    issuer: required(env, 'AUTH_ISSUER', 'https://as.example.com'),
    audience: list(required(env, 'AUTH_AUDIENCE', 'https://api.example.com')),
    jwks: read(env, 'AUTH_JWKS_URI'),
    algorithms: algorithms === undefined ? undefined : list(algorithms),
    clockTolerance: tolerance === undefined ? undefined : Number(tolerance),
    realm: read(env, 'AUTH_REALM'),
    introspection: readIntrospection(env),
  })
}

function readIntrospection(env: Environment): Introspection | undefined {
  const endpoint = read(env, 'AUTH_INTROSPECTION_ENDPOINT')
  // Id and secret alone say nothing: they may be those of a token client in the same process.
  if (endpoint === undefined) return undefined
  return introspect({
    endpoint,
    clientId: required(env, 'AUTH_CLIENT_ID', 'accounts-api'),
    clientSecret: required(env, 'AUTH_CLIENT_SECRET', 'the secret of that client'),
  })
}

/** The option, with which its errors begin, that each variable becomes. */
const optionOf = {
  AUTH_ISSUER: 'issuer',
  AUTH_AUDIENCE: 'audience',
  AUTH_JWKS_URI: 'jwks',
  AUTH_ALGORITHMS: 'algorithms',
  AUTH_CLOCK_TOLERANCE: 'clockTolerance',
  AUTH_INTROSPECTION_ENDPOINT: 'endpoint',
} as const

/** Whoever sets a variable has never heard of the option it becomes. */
function naming(error: unknown): unknown {
  if (!(error instanceof TypeError)) return error
  const [name] = Object.entries(optionOf).find(([, option]) => error.message.startsWith(`${option} `)) ?? []
  return name === undefined ? error : new TypeError(`the environment variable ${name} is wrong: ${error.message}`)
}

function list(value: string): readonly string[] {
  return value.split(',').map((each) => each.trim())
}

function required(env: Environment, name: string, example: string): string {
  const value = read(env, name)
  if (value === undefined)
    throw new TypeError(`the environment variable ${name} is not set; expected ${example} for instance`)
  return value
}

/** Blank counts as not set: that is how an environment file leaves a variable out. */
function read(env: Environment, name: string): string | undefined {
  const value = env[name]
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}

/** Not every platform has a `process`. */
function processEnvironment(): Environment {
  const host: unknown = Reflect.get(globalThis, 'process')
  const env: unknown = isJsonObject(host) ? host.env : undefined
  return isJsonObject(env) ? env : {}
}
