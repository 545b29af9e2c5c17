import { Buffer } from 'node:buffer'
import { constants, KeyObject, verify } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { versions } from 'node:process'
import type { PlatformKey } from '../platform-key.js'
import { signatureAlgorithm } from './algorithms.js'
import type { PrepareCheck, SignatureCheck } from './signature.js'
import { prepareCheck as prepareWebCheck } from './signature.web.js'

/** Bits of an RSA key up to which checking a signature takes hardly longer than handing it to another thread. */
const maxCheapBits = 2048

/** Of several cheap checks at once, this thread does one in so many. */
const ownShare = 4

/** Checks that wait for other threads at a time: whatever else holds these up must not hold up everything. */
const maxElsewhere = 64

/** Checks that are made at once before one looks again whether others come beside it. */
const looksEvery = 8

/** What is bundled for Node may run on Bun or Deno, whose `node:crypto` does not see the options of a key below. */
const isNode = versions.bun === undefined && versions.deno === undefined

/** Checks that began and have not ended: the threads are the process's. */
let underWay = 0
/** Whether others came beside the last one that looked, and the checks until the next one does. */
let isBusy = false
let untilLook = 0
/** Cheap checks that had to share. */
let shared = 0

/** Where a text stands while this thread verifies it: thousands a second would leave much to be collected. */
const scratch = Buffer.allocUnsafeSlow(16 * 1024)

const thisTurn = Promise.resolve()

/**
 * By `node:crypto`, on this thread: for one signature another thread is nothing but a detour. Several at once are shared
 * out among the threads that Node has for such work, where there is more than one core for them.
 *
 * @param cores that this process may use.
 */
export function checksOn(cores: number): PrepareCheck {
  return (alg, key) => {
    if (!isNode) return prepareWebCheck(alg, key)
    const digest = signatureAlgorithm(alg)?.kty === 'OKP' ? null : `sha${alg.slice(-3)}`
    // A key that stands in an object beside its options costs 10 µs more: Node takes it for a key first, and throws.
    const prepared = Object.assign(KeyObject.from(key), optionsOf(alg))
    const checkHere = (signature: Uint8Array, signed: string): boolean => {
      try {
        return verify(digest, transient(signed), prepared, signature)
      } catch {
        return false
      }
    }
    const checkElsewhere = (signature: Uint8Array, signed: string): Promise<boolean> =>
      new Promise<boolean>((resolve, reject) => {
        const answer = (error: Error | null, isGood: boolean): void =>
          error === null ? resolve(isGood) : reject(error)
        verify(digest, Buffer.from(signed, 'latin1'), prepared, signature, answer)
      }).catch(() => false)
    return cores > 1 ? sharedOut(checkHere, checkElsewhere, isCheap(key)) : checkHere
  }
}

export const prepareCheck: PrepareCheck = checksOn(availableParallelism())

function sharedOut(
  checkHere: (...signed: Parameters<SignatureCheck>) => boolean,
  checkElsewhere: (...signed: Parameters<SignatureCheck>) => Promise<boolean>,
  isCheap: boolean,
): SignatureCheck {
  return (signature, signed) => {
    if (!isBusy && untilLook-- > 0) return checkHere(signature, signed)
    underWay++
    // Whoever else is called in this turn comes first, and is counted.
    return thisTurn.then(() => {
      isBusy = underWay > 1
      untilLook = looksEvery
      const isOurs = !isBusy || underWay > maxElsewhere || (isCheap && ++shared % ownShare === 0)
      if (!isOurs) return checkElsewhere(signature, signed).finally(end)
      const isGood = checkHere(signature, signed)
      end()
      return isGood
    })
  }
}

function end(): void {
  underWay--
}

/** The bytes of a text in ASCII, until the next is written over them. */
function transient(text: string): Uint8Array {
  if (text.length > scratch.length) return Buffer.from(text, 'latin1')
  return scratch.subarray(0, scratch.write(text, 'latin1'))
}

function optionsOf(alg: string): object {
  if (alg.startsWith('ES')) return { dsaEncoding: 'ieee-p1363' }
  if (!alg.startsWith('PS')) return {}
  return { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
}

function isCheap({ algorithm }: PlatformKey): boolean {
  return 'modulusLength' in algorithm && Number(algorithm.modulusLength) <= maxCheapBits
}
