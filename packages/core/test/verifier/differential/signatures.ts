import type { Random } from './random.js'

type Bytes = Uint8Array<ArrayBuffer>
type Damage = (signature: Bytes, random: Random) => Bytes

function changed(signature: Bytes, change: (copy: Bytes) => void): Bytes {
  const copy = Uint8Array.from(signature)
  change(copy)
  return copy
}

function joined(...parts: readonly Uint8Array[]): Bytes {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}

function halves(signature: Bytes): readonly [Bytes, Bytes] {
  const middle = signature.length >> 1
  return [signature.slice(0, middle), signature.slice(middle)]
}

/** What may become of a signature on its way, or be tried by who has no key, by name. */
export const damages: Readonly<Record<string, Damage>> = {
  'as it was': (signature) => signature,
  'a bit flipped': (signature, random) =>
    changed(signature, (copy) => {
      const at = random.below(copy.length)
      copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8))
    }),
  'a byte changed': (signature, random) =>
    changed(signature, (copy) => {
      copy[random.below(copy.length)] = random.pick([0, 1, 0x7f, 0x80, 0xff])
    }),
  'a byte dropped': (signature, random) => {
    const at = random.below(signature.length)
    return joined(signature.slice(0, at), signature.slice(at + 1))
  },
  'a byte put in': (signature, random) => {
    const at = random.pick([0, signature.length, random.below(signature.length)])
    return joined(signature.slice(0, at), Uint8Array.of(random.pick([0, 0xff])), signature.slice(at))
  },
  'cut off': (signature, random) => signature.slice(0, random.below(signature.length)),
  twice: (signature) => joined(signature, signature),
  'turned round': (signature) => signature.toReversed(),
  'its halves exchanged': (signature) => joined(...halves(signature).toReversed()),
  'its first half of one byte': (signature, random) =>
    changed(signature, (copy) => copy.fill(random.pick([0, 1, 0xff]), 0, copy.length >> 1)),
  'its second half of one byte': (signature, random) =>
    changed(signature, (copy) => copy.fill(random.pick([0, 1, 0xff]), copy.length >> 1)),
  'all of one byte': (signature, random) => changed(signature, (copy) => copy.fill(random.below(256))),
  'anything as long': (signature, random) => signature.map(() => random.below(256)),
}

/** The orders of the groups that signatures are numbers of. */
const orders: Readonly<Record<string, bigint>> = {
  ES256: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  ES384: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  ES512:
    0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  EdDSA: 2n ** 252n + 27742317777372353535851937790883648493n,
}

/** Other signatures by the same key that mean the same number: one that is negative, one beyond the order. */
export function respelt(alg: string, signature: Bytes): readonly Bytes[] {
  const order = orders[alg]
  if (order === undefined) return []
  const [first, second] = halves(signature)
  const littleEndian = alg === 'EdDSA'
  const number = toNumber(second, littleEndian)
  return [order - number, order + number, order]
    .map((each) => toBytes(each, second.length, littleEndian))
    .map((each) => joined(first, each))
}

function toNumber(bytes: Bytes, littleEndian: boolean): bigint {
  return BigInt(`0x${Buffer.from(littleEndian ? bytes.toReversed() : bytes).toString('hex')}`)
}

function toBytes(number: bigint, length: number, littleEndian: boolean): Bytes {
  const hex = BigInt.asUintN(length * 8, number).toString(16)
  const bytes = Uint8Array.from(Buffer.from(hex.padStart(length * 2, '0'), 'hex'))
  return littleEndian ? bytes.toReversed() : bytes
}
