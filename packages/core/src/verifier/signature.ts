import { signatureAlgorithm } from './algorithms.js'

/** Whether a key made this signature over these bytes; never throws. The key is bound to its algorithm by its import. */
export async function verifySignature(
  alg: string,
  key: CryptoKey,
  signature: Uint8Array<ArrayBuffer>,
  data: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const algorithm = signatureAlgorithm(alg)
  if (algorithm === undefined) return false
  try {
    return await crypto.subtle.verify(algorithm.params, key, signature, data)
  } catch {
    return false
  }
}
