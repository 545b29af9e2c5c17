import { createVerifier, type Introspection, introspect, type Verifier, type VerifierEvent } from '@auth/core'
import { aritma, basicForm, type Profile, passport, portsip, portx } from '@auth/core/profiles'
import { isProfileName, mappings, type ProfileName, profileNames } from './mappings.js'
import { type Scope, scopes } from './scopes.js'

/** The environment of a process, or something like it. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Only what a profile says about verifying matters here, so whoever has no default host gets one that is never asked. */
const profiles: Readonly<Record<ProfileName, () => Profile>> = {
  portx,
  portsip: () => portsip({ host: 'pbx.invalid' }),
  passport,
  basicForm: () => basicForm({ base: 'https://as.invalid' }),
  aritma,
}

/**
 * The verifier of the Accounts API, from the environment:
 *
 * - `AUTH_PROFILE`: portx, portsip, passport, basicForm or aritma. @default portx
 * - `AUTH_ISSUER`, `AUTH_AUDIENCE` (several parted by commas): as in the tokens. Required.
 * - `AUTH_JWKS_URI`: where the issuer's keys are. @default found by discovery
 * - `AUTH_CLIENT_ID`, `AUTH_CLIENT_SECRET`: this API's own, for introspection. Required where tokens are opaque.
 * - `AUTH_INTROSPECTION_ENDPOINT`: @default found by discovery
 *
 * @throws TypeError naming the variable that is missing or wrong.
 */
export function verifierFrom(env: Environment, onEvent?: (event: VerifierEvent) => void): Verifier<Scope> {
  const name = profileName(read(env, 'AUTH_PROFILE'))
  const profile = profiles[name]()
  const opaque = profile.verify?.tokens === 'opaque'
  return createVerifier({
    issuer: required(env, 'AUTH_ISSUER', 'https://as.example.com'),
    audience: required(env, 'AUTH_AUDIENCE', 'https://api.example.com')
      .split(',')
      .map((audience) => audience.trim()),
    profile,
    jwks: read(env, 'AUTH_JWKS_URI'),
    introspection: opaque ? introspectionFrom(env) : undefined,
    scopes,
    scopeMapping: mappings[name],
    realm: 'accounts',
    onEvent,
  })
}

function introspectionFrom(env: Environment): Introspection {
  return introspect({
    endpoint: read(env, 'AUTH_INTROSPECTION_ENDPOINT'),
    clientId: required(env, 'AUTH_CLIENT_ID', 'accounts-api'),
    clientSecret: required(env, 'AUTH_CLIENT_SECRET', 'the secret of that client'),
  })
}

function profileName(name = 'portx'): ProfileName {
  if (isProfileName(name)) return name
  throw new TypeError(`AUTH_PROFILE is one of ${profileNames.join(', ')}`)
}

function required(env: Environment, name: string, example: string): string {
  const value = read(env, name)
  if (value !== undefined) return value
  throw new TypeError(`${name} is not set; expected ${example} for instance`)
}

/** Blank counts as not set: that is how an environment file leaves a variable out. */
function read(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim()
  return value === '' ? undefined : value
}
