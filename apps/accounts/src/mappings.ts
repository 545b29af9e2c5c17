import type { ScopeMapping } from '@auth/core'
import { resources } from './resources.js'
import { type Scope, scopes } from './scopes.js'

/** The authorization servers this API can be run against. */
export type ProfileName = 'portx' | 'portsip' | 'passport' | 'basicForm' | 'aritma'

const readScopes: readonly Scope[] = resources.map((resource) => `${resource}:read` as const)

/** How the tokens of each authorization server speak of our eight scopes, as data. */
export const mappings: Readonly<Record<ProfileName, ScopeMapping<Scope> | undefined>> = {
  /** The scopes are PortX's own. */
  portx: undefined,
  /** A PortSIP user has a role, and no scopes. */
  portsip: { from: ['role'], map: { admin: scopes.names, user: ['accounts:read', 'transactions:read'] } },
  /** Passport's scopes are dotted and end in a verb; a token may hold `orca.accounts.*`. */
  passport: {
    wildcard: true,
    map: Object.fromEntries(
      resources.flatMap((resource): [string, readonly Scope[]][] => [
        [`orca.${resource}.list.get`, [`${resource}:read`]],
        [`orca.${resource}.create.post`, [`${resource}:write`]],
      ]),
    ),
  },
  /** The tokens carry no scope: whoever has one may read. What one carries all the same means nothing here. */
  basicForm: { map: {}, always: readScopes },
  /** Aritma knows one scope, for an API that is mostly read. */
  aritma: { map: { bankservice: readScopes } },
}

/** The names of the profiles. */
export const profileNames: readonly ProfileName[] = Object.keys(mappings).filter(isProfileName)

/** Whether a name from outside is that of a profile. */
export function isProfileName(name: string): name is ProfileName {
  return Object.hasOwn(mappings, name)
}
