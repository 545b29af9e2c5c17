/** The odd primes below 168: enough to tell, and all of them divide what the generator's primes are built on. */
const primes = [
  3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113,
  127, 131, 137, 139, 149, 151, 157, 163, 167,
]

/** What every prime of the faulty generator is a power of, modulo each of these. */
const generator = 65537

/**
 * Whether an RSA modulus was made by the generator whose keys can be factored from the public half (CVE-2017-15361,
 * "ROCA"): modulo every small prime it is a power of 65537, which by chance happens to one key in 2^154.
 */
export function hasRocaFingerprint(modulus: Uint8Array): boolean {
  return primes.every((prime) => isPowerOfGenerator(remainder(modulus, prime), prime))
}

function isPowerOfGenerator(value: number, prime: number): boolean {
  let power = 1
  do {
    if (power === value) return true
    power = (power * generator) % prime
  } while (power !== 1)
  return false
}

/** Of a number in big-endian bytes. */
function remainder(bytes: Uint8Array, divisor: number): number {
  return bytes.reduce((rest, byte) => (rest * 256 + byte) % divisor, 0)
}
