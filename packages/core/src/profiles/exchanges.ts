import type { Exchange, GrantName, Profile } from './profile.js'

export const introspectionField = 'profile.verify.introspection'

/** What a profile that discovers its endpoints may name besides its variables. */
export const discoveredNames = ['token_endpoint', 'revocation_endpoint', 'device_authorization_endpoint'] as const

/** Every exchange of a profile, by the name of its field. */
export function exchangesOf(profile: Profile): readonly (readonly [field: string, exchange: Exchange])[] {
  const { deviceAuthorization, refresh, revoke, verify } = profile
  const introspection = verify?.introspection
  return [
    ...Object.entries(profile.grants).map(([name, exchange]) => [`profile.grants.${name}`, exchange] as const),
    ...(deviceAuthorization === undefined ? [] : [['profile.deviceAuthorization', deviceAuthorization] as const]),
    ...(refresh === undefined || refresh === 'again' ? [] : [['profile.refresh', refresh] as const]),
    ...(revoke === undefined || revoke === 'none' ? [] : [['profile.revoke', revoke] as const]),
    ...(introspection === undefined ? [] : [[introspectionField, introspection] as const]),
  ]
}

/** The exchange of a grant: its own, or for a refresh token whatever the profile says of renewals. */
export function exchangeOf(profile: Profile, name: GrantName): Exchange {
  // A grant from elsewhere may have any name.
  const own = Object.hasOwn(profile.grants, name) ? profile.grants[name] : undefined
  if (own !== undefined) return own
  const { refresh } = profile
  if (name === 'refresh_token' && refresh !== undefined && refresh !== 'again') return refresh
  throw new TypeError(
    `profile ${profile.name} knows no grant ${name}; it knows ${Object.keys(profile.grants).join(', ')}`,
  )
}
