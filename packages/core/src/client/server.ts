import { isJsonObject } from '../json.js'
import type { ClientAuthentication } from '../oauth/client-authentication.js'
import { endpointUrl } from '../oauth/endpoint.js'
import { exchangeUrl } from '../profiles/encode.js'
import { exchangeOf } from '../profiles/exchanges.js'
import { givenProfile } from '../profiles/given.js'
import { oauth2Data } from '../profiles/oauth2.js'
import { oidcData } from '../profiles/oidc.js'
import type { GrantName, Profile } from '../profiles/profile.js'
import { isNonEmptyString } from '../shapes.js'
import type { Dialect, Places } from './dialect.js'
import { discovered, type ServerLimits, withPlaces, withVariables } from './discovered.js'
import type { Grant } from './grants/grant.js'
import { clientCredentials } from './grants/standard.js'
import { methodChoice } from './method-choice.js'
import type { TokenClientOptions } from './options.js'

/** The authorization server of a client. */
export interface Server extends Places {
  readonly method: string
  /** Whether the client's secret may be another one the next time it is asked for. */
  readonly rotates: boolean
  /** What the client goes by unless a call names another grant. */
  readonly grant: Grant
  /** The grant of a call, if it is one that this server is known to take. @throws TypeError */
  readonly accept: (grant: unknown) => Grant
  /** As it is known from the start; what has to be discovered is not filled in. */
  readonly profile: Profile
}

/** @throws TypeError when it is not exactly one server, or the client cannot speak to it. */
export function readServer(options: TokenClientOptions, limits: ServerLimits): Server {
  const profile = readProfile(options)
  const isKnown = profile.discover === undefined
  const filled = isKnown ? profile : withPlaces(profile, () => 'https://unknown.invalid/')
  const accept = (grant: unknown): Grant => accepted(grant, filled)
  const grant = accept(options.grant ?? defaultGrant(profile))
  checkClientId(profile, grant, options.clientId)
  const choose = methodChoice(options, grant)
  const auth = choose(profile, TypeError)
  checkBasicId(profile, auth, options.clientId)
  const dialect = { profile, auth }
  const places = isKnown ? known(dialect, grant) : discovered(dialect, choose, options, limits)
  return { method: auth.method, rotates: auth.next !== undefined, grant, accept, profile, ...places }
}

function known(dialect: Dialect, grant: Grant): Places {
  const { profile } = dialect
  const placeOf = (name: GrantName): string => exchangeUrl(exchangeOf(profile, name), profile.variables).href
  placeOf(grant.name)
  return { placeOf, dialect: async () => dialect, metadata: undefined, origins: new Set() }
}

/** `oidc({ issuer })` or `oauth2({ tokenEndpoint })` go by the data alone: a bundle needs no factory for that. */
function readProfile({ profile, issuer, tokenEndpoint }: TokenClientOptions): Profile {
  if ([profile, issuer, tokenEndpoint].filter((each) => each !== undefined).length !== 1) {
    throw new TypeError('give exactly one of profile, issuer and tokenEndpoint, like { profile: portx() }')
  }
  if (profile !== undefined) return givenProfile(profile)
  if (issuer !== undefined) return withVariables(oidcData, { issuer: String(issuer) })
  return withVariables(oauth2Data, { tokenEndpoint: endpointUrl(tokenEndpoint ?? '', 'tokenEndpoint').href })
}

function defaultGrant({ name, defaultGrant }: Profile): Grant {
  if (defaultGrant === 'client_credentials') return clientCredentials()
  const example = defaultGrant === 'sign_in' ? ', like signIn({ username, password })' : ''
  throw new TypeError(`profile ${name} needs a grant${example}`)
}

function accepted(grant: unknown, profile: Profile): Grant {
  if (!isGrant(grant)) throw new TypeError('grant is what clientCredentials(), refreshToken(token), … returns')
  exchangeOf(profile, grant.name)
  grant.login?.check(profile)
  return grant
}

function isGrant(value: unknown): value is Grant {
  if (!isJsonObject(value)) return false
  const { name, parameters, identity, refreshing } = value
  return (
    isNonEmptyString(name) &&
    typeof parameters === 'function' &&
    typeof identity === 'function' &&
    (name === 'client_credentials' || isJsonObject(refreshing))
  )
}

function checkClientId(profile: Profile, grant: Grant, clientId: unknown): void {
  const unknownHere = exchangeOf(profile, grant.name).rename?.client_id === null
  if (isNonEmptyString(clientId) || (clientId === undefined && unknownHere)) return
  throw new TypeError(`clientId is missing; profile ${profile.name} needs it, as a string that is not empty`)
}

/** Unencoded, an id with a colon would be read as another id and another secret (RFC 7617 §2). */
function checkBasicId({ name, clientAuth }: Profile, { method, encoding }: ClientAuthentication, id = ''): void {
  const isRaw = method === 'client_secret_basic' && (encoding ?? clientAuth?.basic) === 'raw'
  if (isRaw && id.includes(':')) {
    throw new TypeError(
      `clientId has a colon, which profile ${name} cannot send; try clientSecretBasic(secret, { encoding: 'form' })`,
    )
  }
}
