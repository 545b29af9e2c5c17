import { constants, KeyObject, verify } from 'node:crypto'
import { availableParallelism } from 'node:os'
import type { PlatformKey } from '../platform-key.js'
import { signatureAlgorithm } from './algorithms.js'
import type { PrepareCheck, SignatureCheck } from './signature.js'
import { prepareCheck as prepareWebCheck } from './signature.web.js'

/** Bits of an RSA key up to which checking a signature takes no longer than handing it to another thread. */
const maxCheapBits = 2048

/** Checks that began and have not ended: all of them share the process's threads. */
let underWay = 0

/**
 * By `node:crypto`, on this thread: for one signature another thread is nothing but a detour. When several come at once,
 * WebCrypto has them checked by several threads.
 */
export const prepareCheck: PrepareCheck = (alg, key) => {
  const checkHere = prepareHere(alg, key)
  if (isCheap(key) || availableParallelism() === 1) return checkHere
  const checkElsewhere = prepareWebCheck(alg, key)
  return async (signature, signed) => {
    underWay++
    try {
      // Whoever else is called in this turn comes first, and is counted.
      await undefined
      return await (underWay === 1 ? checkHere : checkElsewhere)(signature, signed)
    } finally {
      underWay--
    }
  }
}

function prepareHere(alg: string, key: PlatformKey): SignatureCheck {
  const digest = signatureAlgorithm(alg)?.kty === 'OKP' ? null : `sha${alg.slice(-3)}`
  // A key that stands in an object beside its options costs 10 µs more: Node takes it for a key first, and throws.
  const prepared = Object.assign(KeyObject.from(key), optionsOf(alg))
  return (signature, signed) => {
    try {
      return verify(digest, signed, prepared, signature)
    } catch {
      return false
    }
  }
}

function optionsOf(alg: string): object {
  if (alg.startsWith('ES')) return { dsaEncoding: 'ieee-p1363' }
  if (!alg.startsWith('PS')) return {}
  return { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
}

function isCheap({ algorithm }: PlatformKey): boolean {
  return 'modulusLength' in algorithm && Number(algorithm.modulusLength) <= maxCheapBits
}
