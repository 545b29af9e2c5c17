import type { ServerMetadata } from '../oauth/metadata.js'
import { fetchNamedJwks } from '../verifier/jwks.js'
import type { KeySource } from '../verifier/key-source.js'
import { RemoteKeys } from '../verifier/remote-keys.js'

/** The keys of the issuer that people log in at, found as a verifier finds them. */
export function idTokenKeys(
  issuer: string,
  metadata: () => Promise<ServerMetadata>,
  { fetch, now }: { readonly fetch: typeof globalThis.fetch; readonly now: () => number },
): KeySource {
  return new RemoteKeys({
    issuer,
    source: issuer,
    now,
    emit: () => undefined,
    load: (previous) => fetchNamedJwks(metadata, fetch, previous),
  }).of(issuer)
}
