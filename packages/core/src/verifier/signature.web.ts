import { signatureAlgorithm } from './algorithms.js'
import type { PrepareCheck } from './signature.js'

const encoder = new TextEncoder()

/** By WebCrypto, which every platform has. */
export const prepareCheck: PrepareCheck = (alg, key) => {
  const algorithm = signatureAlgorithm(alg)
  return async (signature, signed) => {
    try {
      if (algorithm === undefined) return false
      return await crypto.subtle.verify(algorithm.params, key, signature, encoder.encode(signed))
    } catch {
      return false
    }
  }
}
