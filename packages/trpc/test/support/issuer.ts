import {
  createVerifier,
  defineScopes,
  type ScopeCatalogue,
  type ScopeOf,
  type Verifier,
  type VerifierEvent,
  type VerifierOptions,
} from '@auth/core'
import { type AuthorizationServer, type IssueOptions, startAuthorizationServer } from '@auth/testing'

/** What the API under test knows. */
export const scopes: ScopeCatalogue<'accounts:read' | 'accounts:write' | 'cards:read'> = defineScopes({
  'accounts:read': 'Read accounts',
  'accounts:write': 'Write accounts',
  'cards:read': 'Read cards',
})

export type Scope = ScopeOf<typeof scopes>

/** An authorization server, and verifiers that trust it. */
export interface Issuer extends AsyncDisposable {
  readonly server: AuthorizationServer
  readonly options: Pick<VerifierOptions<Scope>, 'issuer' | 'audience' | 'jwks' | 'realm'>
  /** A `Bearer` field value. */
  bearer(options?: IssueOptions): Promise<string>
  verifier(onEvent?: (event: VerifierEvent) => void): Verifier<Scope>
}

export async function startIssuer(): Promise<Issuer> {
  const server = await startAuthorizationServer({ profiles: ['portx'] })
  const { issuer, jwksUri: jwks, issue } = server.doorways.portx
  const options = { issuer, audience: server.audience, jwks, realm: 'accounts' }
  return {
    server,
    options,
    bearer: async (how) => `Bearer ${await issue({ subject: 'ada', ...how })}`,
    verifier: (onEvent) => createVerifier({ ...options, scopes, onEvent }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}
