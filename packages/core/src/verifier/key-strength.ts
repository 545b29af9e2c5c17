import { hasRocaFingerprint } from './roca.js'

/** RFC 7518 §3.3. */
const minModulusBits = 2048
/** What platforms verify with; beyond it a single signature costs too much. */
const maxModulusBits = 16_384
const maxExponentBytes = 8

/**
 * Whether an RSA key is long enough, its exponent one that makes a signature differ from the padded message, and its
 * modulus none that can be factored.
 */
export function isSafeRsaKey(modulus: Uint8Array | undefined, exponent: Uint8Array | undefined): boolean {
  if (modulus === undefined || exponent === undefined) return false
  const bits = bitLength(modulus)
  if (bits < minModulusBits || bits > maxModulusBits) return false
  const odd = ((exponent.at(-1) ?? 0) & 1) === 1
  if (!odd || exponent.length > maxExponentBytes || bitLength(exponent) <= 1) return false
  return !hasRocaFingerprint(modulus)
}

function bitLength(bytes: Uint8Array): number {
  const first = bytes.findIndex((byte) => byte !== 0)
  return first === -1 ? 0 : (bytes.length - first) * 8 - Math.clz32(bytes[first] ?? 0) + 24
}

/**
 * The y coordinates with which a point proves nothing, as hex of their little-endian bytes: those of small order on
 * edwards25519, 0, 1, p - 1 and two more, and those that are not below the field's prime p, a second spelling of others.
 */
const unsafePoint = new RegExp(
  `^(?:0[01]${'00'.repeat(31)}|(?:e[c-f]|f.)${'ff'.repeat(30)}7f|` +
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05|' +
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a)$',
)

/**
 * Whether an Ed25519 public key is a point with which a signature proves something: with one of small order, one
 * signature fits many messages, and anybody can make it.
 */
export function isSafeEd25519Point(point: Uint8Array | undefined): boolean {
  if (point === undefined || point.length !== 32) return false
  const y = Uint8Array.from(point)
  y[31] = (y[31] ?? 0) & 0x7f
  return !unsafePoint.test(Array.from(y, (byte) => byte.toString(16).padStart(2, '0')).join(''))
}
