import { createVerifier, type Verifier, type VerifierOptions, verifierFromEnv } from '@auth/core'
import type { Context } from 'hono'
import type { Gate } from './authentication.js'
import { same, snapshot } from './same.js'

/**
 * Where the verifier comes from: a verifier, its options, or a function of the request's context for what is only known
 * there (a Worker's bindings in `c.env`, a tenant in the host name).
 *
 * The function is called for every request. Options equal to earlier ones, member by member, share a verifier and with
 * it the keys and tokens it remembers; functions in them, `introspect({ … })` included, are equal only if they are the
 * same, so make them once.
 */
export type VerifierSource<S extends string, C extends object> =
  | Verifier<S, C>
  | VerifierOptions<S, C>
  | ((c: Context) => Given<S, C> | Promise<Given<S, C>>)

type Given<S extends string, C extends object> = Verifier<S, C> | VerifierOptions<S, C>

/** The verifier for a request. */
export interface Resolve {
  (c: Context): Gate | Promise<Gate>
  /** The one for all requests, where it is known already. */
  readonly verifier?: Gate
}

/** More configurations than an application has; each holds keys and remembered tokens. */
const maxVerifiers = 100

/** @throws TypeError for wrong options; when they come from a function or the environment, at the first request. */
export function resolver<S extends string, C extends object>(source: VerifierSource<S, C> | undefined): Resolve {
  if (source === undefined) return environmentResolver()
  if (typeof source === 'function') {
    const create = remembering((options: VerifierOptions<S, C>): Gate => createVerifier(options))
    return async (c) => {
      const given = checked(await source(c))
      return 'authenticate' in given ? given : create(given)
    }
  }
  const given = checked(source)
  const verifier: Gate = 'authenticate' in given ? given : createVerifier(given)
  return Object.assign(() => verifier, { verifier })
}

function checked<T extends object>(given: T | null): T {
  if (typeof given === 'object' && given !== null) return given
  throw new TypeError("expected a verifier or its options: { issuer: 'https://as.example.com', audience: … }")
}

/** The verifier of the environment: of `c.env` where that names an issuer, as on Workers, else of the process. */
function environmentResolver(): Resolve {
  const ofBindings = remembering((env: Environment): Gate => verifierFromEnv(env))
  let ofProcess: Gate | undefined
  return ({ env }) => {
    if (namesIssuer(env)) return ofBindings(variables(env))
    ofProcess ??= verifierFromEnv()
    return ofProcess
  }
}

/** Makes a verifier once for equal options, and keeps the `maxVerifiers` that were used last. */
function remembering<O>(create: (options: O) => Gate): (options: O) => Gate {
  const known: { readonly options: O; readonly verifier: Gate }[] = []
  const remember = (given: O): (typeof known)[number] => {
    // A snapshot: an object that is changed and returned again is equal to itself, and the verifier must not change with it.
    const options = snapshot(given)
    return { options, verifier: create(options) }
  }
  return (options) => {
    const at = known.findIndex((each) => same(each.options, options))
    const [found = remember(options)] = at === -1 ? [] : known.splice(at, 1)
    known.unshift(found)
    known.splice(maxVerifiers)
    return found.verifier
  }
}

type Environment = Readonly<Record<string, unknown>>

function namesIssuer(env: unknown): env is Environment {
  return typeof env === 'object' && env !== null && 'AUTH_ISSUER' in env
}

/** Other bindings are objects, new ones for each request on some platforms, and of no concern here. */
function variables(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('AUTH_')))
}
