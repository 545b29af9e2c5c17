import type { Exchange, Profile } from './profile.js'

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
