import { randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import { inner } from './credentials.js'
import type { Backend } from './dialect.js'
import type { IssueOptions } from './doorway.js'
import { allowedScopes } from './provider.js'

/**
 * Makes a token that only the doorway can make: signed by its key or stored as issued, however unlikely its claims.
 * Introspection answers for it like for any other.
 */
export async function issueToken(backend: Backend, options: IssueOptions = {}): Promise<string> {
  const claims = claimsOf(backend, options)
  const client = await backend.client(backend.registry.client.clientId)
  const { aud, scope, iat, exp } = claims
  const handle = await new backend.provider.ClientCredentials({
    client,
    aud: audiences(aud),
    scope: typeof scope === 'string' ? scope : undefined,
    iat,
    exp,
  }).save()
  // A client's token has no sub at introspection, as oidc-provider does it: nobody stands behind the client.
  const nobody = claims.sub === claims.client_id && options.subject === undefined
  const bent = { ...claims, ...(nobody ? { sub: undefined } : {}), ...options.claims }
  if (backend.dialect.tokens === 'jwt') {
    const token = await signToken(backend, { ...backend.dialect.claims(claims) }, options)
    backend.remember(token, handle, bent)
    return token
  }
  backend.remember(handle, handle, bent)
  return handle
}

function claimsOf(backend: Backend, options: IssueOptions): Readonly<Record<string, unknown>> {
  const { issuer, audience, state, registry, users, dialect } = backend
  const now = Math.floor(Date.now() / 1000)
  const { clientId = registry.client.clientId, expiresIn = state.lifetime, notBefore } = options
  const exp = now + expiresIn
  const people = dialect.name === 'portsip'
  const subject = options.subject ?? (people ? registry.user.username : clientId)
  const role = options.role ?? (people ? users.get(subject)?.role : undefined)
  const scope = options.scope ?? allowedScopes(backend, inner(clientId)).join(' ')
  return defined({
    iss: options.issuer ?? issuer,
    sub: subject,
    aud: options.audience ?? audience,
    client_id: clientId,
    iat: expiresIn > 0 ? now : exp - state.lifetime,
    exp,
    nbf: notBefore === undefined ? undefined : now + notBefore,
    jti: dialect.tokens === 'jwt' ? randomUUID() : undefined,
    scope: scope === '' ? undefined : scope,
    role,
  })
}

async function signToken(
  { keys, dialect }: Backend,
  shaped: Readonly<Record<string, unknown>>,
  { claims = {}, header = {}, notBefore, kid = keys.current.kid, key = keys.current.privateKey }: IssueOptions,
): Promise<string> {
  const nbf = notBefore === undefined ? {} : { nbf: Math.floor(Date.now() / 1000) + notBefore }
  return await new SignJWT(defined({ ...shaped, ...nbf, ...claims }))
    .setProtectedHeader({ ...dialect.header(keys.current), kid, ...header, alg: 'RS256' })
    .sign(key)
}

function audiences(aud: unknown): string | string[] {
  return Array.isArray(aud) ? aud.map(String) : String(aud)
}

function defined(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
