import type { Profile } from '../profiles/profile.js'

/** The header that carries an access token to an API (RFC 6750 §2.1, unless the profile says otherwise). */
export function presentation(
  profile: Profile | undefined,
  accessToken: string,
): readonly [name: string, value: string] {
  const { as = 'bearer', scheme, header = 'authorization' } = profile?.present ?? {}
  switch (as) {
    case 'bearer':
      return ['authorization', `Bearer ${accessToken}`]
    case 'scheme':
      return ['authorization', `${scheme} ${accessToken}`]
    case 'raw':
      return ['authorization', accessToken]
    case 'header':
      return [header.toLowerCase(), scheme === undefined ? accessToken : `${scheme} ${accessToken}`]
  }
}
