/** The names of what belongs to one cache key: in braces what a cluster chooses the node by, so that all lie on one. */
export interface Names {
  /** The digest of the cache key: it holds names of clients and scopes, which are nobody else's business. */
  readonly digest: string
  readonly token: string
  readonly lock: string
  readonly generation: string
}

const encoder = new TextEncoder()

export async function namesOf(namespace: string, key: string): Promise<Names> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(key)))
  const digest = Buffer.from(bytes).toString('base64url')
  const base = `${namespace}:{${digest}}`
  return { digest, token: `${base}:token`, lock: `${base}:lock`, generation: `${base}:generation` }
}

/** @throws TypeError where it could be taken for more than a beginning of names. */
export function checkedNamespace(namespace: unknown): string {
  if (typeof namespace === 'string' && /^[\w.-]{1,64}$/.test(namespace)) return namespace
  throw new TypeError("namespace is made of letters, digits, '.', '-' and '_', 64 at most, like 'orders'")
}
