import type { ClientOptions, DoorwayClientOptions } from './credentials.js'
import type { PortsipAnswers } from './doorway.js'
import { type ProfileName, profileNames } from './profiles.js'

/** What the Basic + form doorway answers to wrong credentials; the provider documents the status alone. */
export type BasicFormRefusal = 'html' | 'empty'

/** Options of `startAuthorizationServer`. */
export interface AuthorizationServerOptions {
  /** The doorways to open. @default all */
  readonly profiles?: readonly ProfileName[] | undefined
  /** The audience of all tokens. @default 'https://api.example.test' */
  readonly audience?: string | undefined
  /** Seconds that tokens live, a whole number above 0. @default as each provider documents */
  readonly lifetime?: number | undefined
  /** Client ids and secrets by doorway. @default fixed ids, secrets that are random at each start */
  readonly clients?: ClientOptions | undefined
  /** Which of its documented answers PortSIP gives. */
  readonly portsip?:
    | {
        readonly expiry?: PortsipAnswers['expiry'] | undefined
        readonly refreshToken?: PortsipAnswers['refreshToken'] | undefined
      }
    | undefined
  /** What Basic + form answers to wrong credentials beside the status, which is all that is documented. @default 'html' */
  readonly basicForm?: { readonly refusal?: BasicFormRefusal | undefined } | undefined
}

/** Options with their defaults. */
export interface Settings {
  readonly profiles: readonly ProfileName[]
  readonly audience: string
  readonly lifetime: number | undefined
  readonly clients: ClientOptions
  readonly portsip: PortsipAnswers
  readonly basicForm: { readonly refusal: BasicFormRefusal }
}

/** @throws TypeError unless it is a whole number of seconds above 0: oidc-provider issues nothing shorter. */
export function checkLifetime(seconds: number): number {
  if (Number.isSafeInteger(seconds) && seconds > 0) return seconds
  throw new TypeError(`lifetime must be a whole number of seconds above 0, such as 5, not ${seconds}`)
}

/** @throws TypeError when an option is wrong. */
export function checkOptions(options: AuthorizationServerOptions): Settings {
  const { profiles = profileNames, audience = 'https://api.example.test', lifetime, clients = {} } = options
  for (const name of profiles) {
    if (!profileNames.includes(name)) {
      throw new TypeError(`unknown profile '${name}', expected one of ${profileNames.join(', ')}`)
    }
  }
  if (profiles.length === 0) throw new TypeError("profiles must name at least one, such as ['portx']")
  if (typeof audience !== 'string' || audience === '') {
    throw new TypeError("audience must be a non-empty string, such as 'https://api.example.test'")
  }
  checkClients(clients)
  return {
    profiles: [...new Set(profiles)],
    audience,
    lifetime: lifetime === undefined ? undefined : checkLifetime(lifetime),
    clients,
    portsip: {
      expiry: oneOf('portsip.expiry', ['expires_in', 'expires_at'], options.portsip?.expiry),
      refreshToken: oneOf('portsip.refreshToken', ['refresh_token', 'refresh_tokne'], options.portsip?.refreshToken),
    },
    basicForm: { refusal: oneOf('basicForm.refusal', ['html', 'empty'], options.basicForm?.refusal) },
  }
}

/** The value given, or else the first of those that exist. */
function oneOf<T extends string>(option: string, values: readonly [T, ...T[]], given: T | undefined): T {
  const value = given ?? values[0]
  if (values.includes(value)) return value
  throw new TypeError(`${option} must be one of '${values.join("', '")}', not '${value}'`)
}

function checkClients(clients: ClientOptions): void {
  for (const [name, own] of Object.entries<DoorwayClientOptions | undefined>(clients)) {
    if (name === 'portsip' || !profileNames.some((each) => each === name)) {
      throw new TypeError(`clients.${name}: there is no such doorway, or it has no clients`)
    }
    for (const [kind, given] of Object.entries(own ?? {})) {
      for (const [member, value] of Object.entries(given ?? {})) {
        if (value === undefined || (typeof value === 'string' && value !== '')) continue
        throw new TypeError(`clients.${name}.${kind}.${member} must be a non-empty string, such as 'my-${member}'`)
      }
    }
    const { client, limitedClient } = own ?? {}
    if (client?.clientId !== undefined && client.clientId === limitedClient?.clientId) {
      throw new TypeError(`clients.${name}: client and limitedClient need different ids`)
    }
    if (name === 'basicForm' && [client, limitedClient].some((each) => each?.clientId?.includes(':'))) {
      throw new TypeError("clients.basicForm: an id cannot hold a ':', because it travels as it is before one")
    }
  }
}
