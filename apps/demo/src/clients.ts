import { createTokenClient, signIn, type TokenClient, type TokenClientOptions } from '@auth/core'
import { aritma, basicForm, passport, portsip, portx } from '@auth/core/profiles'
import type { AuthorizationServer, TestCredentials } from '@auth/testing'
import type { ProfileName } from 'accounts'

/** Who asks for the token: somebody who may read accounts but not write them, or somebody who may do all there is. */
export type Rights = 'reader' | 'owner'

type Options = (server: AuthorizationServer, rights: Rights) => TokenClientOptions

/** How a token client speaks to each server: the real profile, its base pointed at the local doorway. */
const options: Readonly<Record<ProfileName, Options>> = {
  portx: ({ doorways: { portx: doorway } }, rights) => ({
    profile: portx({ base: doorway.base }),
    ...credentials(rights === 'owner' ? doorway.client : doorway.limitedClient),
    scope: rights === 'owner' ? doorway.client.scopes : ['accounts:read'],
  }),
  portsip: ({ doorways: { portsip: doorway } }, rights) => ({
    profile: portsip({ base: doorway.base }),
    grant: signIn(rights === 'owner' ? doorway.user : doorway.limitedUser),
  }),
  passport: ({ doorways: { passport: doorway } }, rights) => ({
    profile: passport({ base: doorway.base }),
    ...credentials(rights === 'owner' ? doorway.client : doorway.limitedClient),
  }),
  basicForm: ({ doorways: { basicForm: doorway } }) => ({
    profile: basicForm({ base: doorway.base }),
    ...credentials(doorway.client),
  }),
  aritma: ({ doorways: { aritma: doorway } }) => ({
    profile: aritma({ base: doorway.base }),
    ...credentials(doorway.client),
    scope: ['bankservice'],
  }),
}

/** A cold token client. */
export function newClient(
  server: AuthorizationServer,
  profile: ProfileName,
  rights: Rights,
  rest: Pick<TokenClientOptions, 'allowedOrigins' | 'fetch'>,
): TokenClient {
  return createTokenClient({ ...options[profile](server, rights), ...rest })
}

function credentials({ clientId, clientSecret }: TestCredentials): TestCredentials {
  return { clientId, clientSecret }
}
