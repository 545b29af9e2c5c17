/** A public key as a set has it. */
export interface PublicKey {
  readonly kid: string
  readonly kty: string
  readonly alg: string
  readonly n: string
  readonly e: string
}

/** The keys of a set. */
export async function keysAt(jwksUri: string): Promise<PublicKey[]> {
  const { keys }: { keys: PublicKey[] } = JSON.parse(await (await fetch(jwksUri)).text())
  return keys
}
