import { signatureAlgorithm } from './algorithms.js'
import type { PrepareCheck } from './signature.js'

/** By WebCrypto, which every platform has. */
export const prepareCheck: PrepareCheck = (alg, key) => {
  const algorithm = signatureAlgorithm(alg)
  return async (signature, signed) => {
    try {
      return algorithm !== undefined && (await crypto.subtle.verify(algorithm.params, key, signature, signed))
    } catch {
      return false
    }
  }
}
