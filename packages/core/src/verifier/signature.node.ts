import { Buffer } from 'node:buffer'
import { constants, KeyObject, verify } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { versions } from 'node:process'
import type { PlatformKey } from '../platform-key.js'
import { signatureAlgorithm } from './algorithms.js'
import type { PrepareCheck, SignatureCheck } from './signature.js'
import { prepareCheck as prepareWebCheck } from './signature.web.js'

/** Bits of an RSA key up to which checking a signature takes no longer than handing it to another thread. */
const maxCheapBits = 2048

/** Threads that can work beside this one: Node has four for such work, if there are cores for them. */
const otherThreads = Math.min(4, availableParallelism() - 1)

/** What is bundled for Node may run on Bun or Deno, whose `node:crypto` does not see the options of a key below. */
const isNode = versions.bun === undefined && versions.deno === undefined

/** Checks that began and have not ended, and those that had to share: the threads are the process's. */
let underWay = 0
let shared = 0

/**
 * By `node:crypto`, on this thread: for one signature another thread is nothing but a detour. When several come at once,
 * each thread gets as many, the others theirs through WebCrypto.
 */
export const prepareCheck: PrepareCheck = (alg, key) => {
  if (!isNode) return prepareWebCheck(alg, key)
  const checkHere = prepareHere(alg, key)
  if (isCheap(key)) return checkHere
  const checkElsewhere = prepareWebCheck(alg, key)
  return async (signature, signed) => {
    underWay++
    try {
      // Whoever else is called in this turn comes first, and is counted.
      await undefined
      const isOurs = underWay === 1 || ++shared % (otherThreads + 1) === 0
      return await (isOurs ? checkHere : checkElsewhere)(signature, signed)
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
      return verify(digest, Buffer.from(signed, 'latin1'), prepared, signature)
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
