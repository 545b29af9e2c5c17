import type { ClientAuthentication } from '../oauth/client-authentication.js'
import type { ServerMetadata } from '../oauth/discovery.js'
import type { GrantName, Profile } from '../profiles/profile.js'

/** How one authorization server is spoken to by one client. */
export interface Dialect {
  readonly profile: Profile
  readonly auth: ClientAuthentication
}

/** Where the endpoints of an authorization server are. */
export interface Places {
  /** What tells it apart from others in a cache key: where a grant is sent, or the issuer that knows. */
  readonly placeOf: (grant: GrantName) => string
  readonly dialect: () => Promise<Dialect>
  /** What the server says of itself; unset where nobody asks it. @throws as a discovery does */
  readonly metadata: (() => Promise<ServerMetadata>) | undefined
  /** Origins at which metadata may name endpoints that people are sent to, or requests of this client. */
  readonly origins: ReadonlySet<string>
}
