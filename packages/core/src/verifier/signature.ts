import type { PlatformKey } from '../platform-key.js'

/** Whether the key that this holds made a signature over a text in ASCII; at once where it can. It never throws. */
export type SignatureCheck = (signature: Uint8Array<ArrayBuffer>, signed: string) => boolean | Promise<boolean>

/**
 * Prepares a key, which its import bound to the algorithm. Two files do this: one for every platform, and one for Node,
 * which package.json chooses by `#signature`. Tests hold their verdicts equal.
 */
export type PrepareCheck = (alg: string, key: PlatformKey) => SignatureCheck
