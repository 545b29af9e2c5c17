import {
  type ClientAuthentication,
  type ClientAuthMethod,
  clientAuthMethods,
  clientSecretBasic,
  clientSecretPost,
  none,
} from '../oauth/client-authentication.js'
import type { Profile } from '../profiles/profile.js'
import type { Grant } from './grants/grant.js'
import type { TokenClientOptions } from './options.js'

/** How a client authenticates itself at one server: as often as it is asked the same one, which knows what was refused. */
export type MethodChoice = (
  profile: Profile,
  /** What is thrown when the server takes none of what the client has. */
  Failure: new (message: string) => Error,
) => ClientAuthentication

/**
 * Goes by the method that a server prefers of those the client can.
 *
 * @throws TypeError when the options say two things, or a secret is none.
 */
export function methodChoice({ clientAuth, clientSecret }: TokenClientOptions, grant: Grant): MethodChoice {
  if (clientAuth !== undefined && clientSecret !== undefined) {
    throw new TypeError('give clientSecret or clientAuth, not both')
  }
  const bySecret =
    clientSecret === undefined ? [none()] : [clientSecretBasic(clientSecret), clientSecretPost(clientSecret)]
  const own = clientAuth === undefined ? bySecret : [clientAuth]
  // A client that speaks for itself says who it is, unless nobody there wants to know.
  const saysIt = clientAuth === undefined && grant.name === 'client_credentials'
  return ({ name, clientAuth }, Failure) => {
    const methods: readonly ClientAuthMethod[] = clientAuth?.methods ?? clientAuthMethods
    const usable = saysIt && methods.length > 1 ? methods.filter((method) => method !== 'none') : methods
    const [chosen] = usable.flatMap((method) => own.filter((each) => each.method === method))
    if (chosen !== undefined) return chosen
    const given = own.map(({ method }) => method).join(' or ')
    throw new Failure(
      `profile ${name} takes ${usable.join(', ')}: give clientSecret or clientAuth for one of them, not ${given}`,
    )
  }
}
