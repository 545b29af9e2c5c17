import { randomBytes } from 'node:crypto'
import type { ProfileName } from './profiles.js'

/** What a client shows at the token endpoint. */
export interface TestCredentials {
  readonly clientId: string
  readonly clientSecret: string
}

/** A registered client. */
export interface TestClient extends TestCredentials {
  /** Everything it may ask for. */
  readonly scopes: readonly string[]
}

/** A person who can sign in. */
export interface TestUser {
  readonly username: string
  readonly password: string
  readonly role: string
  /** Whether signing in stops at a second factor. */
  readonly twoFactor: boolean
}

/** Who is known at one doorway. */
export interface Registry {
  readonly client: TestClient
  readonly limitedClient: TestClient
  /** May introspect every token of the doorway. */
  readonly resourceServer: TestCredentials
  readonly user: TestUser
  readonly limitedUser: TestUser
  readonly twoFactorUser: TestUser
}

/** What to use instead of a fixed id and a random secret. */
export interface CredentialOptions {
  readonly clientId?: string | undefined
  readonly clientSecret?: string | undefined
}

/** The clients of one doorway. */
export interface DoorwayClientOptions {
  readonly client?: CredentialOptions | undefined
  readonly limitedClient?: CredentialOptions | undefined
}

/** The clients by doorway; PortSIP has none. */
export type ClientOptions = {
  readonly [N in Exclude<ProfileName, 'portsip'>]?: DoorwayClientOptions | undefined
}

/** Random per start, so that a test can look for them in everything it printed. */
export function randomSecret(kind: string): string {
  return `test-only-${kind}-${randomBytes(18).toString('base64url')}`
}

export function createRegistry(
  ids: { readonly client: string; readonly limitedClient: string },
  scopes: { readonly full: readonly string[]; readonly limited: readonly string[] },
  given: DoorwayClientOptions = {},
): Registry {
  const client = (id: string, granted: readonly string[], own: CredentialOptions = {}): TestClient => ({
    clientId: own.clientId ?? id,
    clientSecret: own.clientSecret ?? randomSecret('secret'),
    scopes: granted,
  })
  const user = (username: string, role: string, twoFactor = false): TestUser => ({
    username,
    password: randomSecret('password'),
    role,
    twoFactor,
  })
  return {
    client: client(ids.client, scopes.full, given.client),
    limitedClient: client(ids.limitedClient, scopes.limited, given.limitedClient),
    resourceServer: { clientId: 'resource-server', clientSecret: randomSecret('secret') },
    user: user('ada', 'admin'),
    limitedUser: user('ben', 'user'),
    twoFactorUser: user('cyd', 'admin', true),
  }
}

const visible = /^[\x20-\x7e]*$/
const marker = 'utf8:'

/** RFC 6749 lets clients have visible ASCII names only; providers do not, so others travel escaped to oidc-provider. */
export function inner(value: string): string {
  return visible.test(value) && !value.startsWith(marker) ? value : marker + encodeURIComponent(value)
}

/** The reverse of {@link inner}. */
export function outer(value: string): string {
  return value.startsWith(marker) ? decodeURIComponent(value.slice(marker.length)) : value
}

/** The credentials of a Basic field, form-encoded as RFC 6749 §2.3.1 says. */
export function parseBasic(field: string | undefined): TestCredentials | undefined {
  const encoded = /^basic +([a-z0-9+/]+={0,2})$/i.exec(field ?? '')?.[1] ?? ''
  const [id = '', secret] = Buffer.from(encoded, 'base64').toString().split(':', 2)
  if (secret === undefined) return undefined
  return { clientId: formDecode(id), clientSecret: formDecode(secret) }
}

/** A Basic field with the names by which oidc-provider knows a client; what is no such field stays as it is. */
export function innerBasic(field: string): string {
  const credentials = parseBasic(field)
  if (credentials === undefined) return field
  const pair = [credentials.clientId, credentials.clientSecret].map((value) => encodeURIComponent(inner(value)))
  return `Basic ${Buffer.from(pair.join(':')).toString('base64')}`
}

function formDecode(value: string): string {
  return new URLSearchParams(`v=${value.replaceAll('&', '%26')}`).get('v') ?? ''
}
