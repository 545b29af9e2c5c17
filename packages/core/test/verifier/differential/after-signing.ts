import type { Random } from './random.js'

type Change = (token: string, random: Random) => string

const alphabet = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
const strangers = ['.', '=', '==', '+', '/', ' ', '\n', '\t', '\u0000', '\ufeff', '~', '%2e', 'é', '💥', ',']

function segmentsOf(token: string): string[] {
  return token.split('.')
}

/** One segment replaced by what becomes of it. */
function within(token: string, random: Random, change: (segment: string) => string): string {
  const segments = segmentsOf(token)
  const at = random.below(segments.length)
  return segments.map((segment, i) => (i === at ? change(segment) : segment)).join('.')
}

/** One spelling of base64url decoded, changed and encoded again. */
function decoded(segment: string, change: (bytes: Buffer) => Buffer): string {
  return change(Buffer.from(segment, 'base64url')).toString('base64url')
}

/** What can happen to a token on its way, by name. Its signature is not made anew. */
export const afterSigning: Readonly<Record<string, Change>> = {
  'as it was': (token) => token,
  'a bit flipped': (token, random) =>
    within(token, random, (segment) =>
      decoded(segment, (bytes) => {
        const at = random.below(bytes.length)
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8))
        return bytes
      }),
    ),
  'a byte dropped': (token, random) =>
    within(token, random, (segment) =>
      decoded(segment, (bytes) => {
        const at = random.below(bytes.length)
        return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)])
      }),
    ),
  'bytes added': (token, random) =>
    within(token, random, (segment) =>
      decoded(segment, (bytes) => Buffer.concat([bytes, Buffer.alloc(1 + random.below(3), random.below(256))])),
    ),
  'a character changed': (token, random) => {
    const at = random.below(token.length)
    return token.slice(0, at) + random.pick(alphabet) + token.slice(at + 1)
  },
  'the last character of a segment changed': (token, random) =>
    within(token, random, (segment) => segment.slice(0, -1) + random.pick(alphabet)),
  'a character put in': (token, random) => {
    const at = random.below(token.length + 1)
    return token.slice(0, at) + random.pick(alphabet) + token.slice(at)
  },
  'a stranger put in': (token, random) => {
    const at = random.pick([0, token.length, random.below(token.length)])
    return token.slice(0, at) + random.pick(strangers) + token.slice(at)
  },
  'a character dropped': (token, random) => {
    const at = random.below(token.length)
    return token.slice(0, at) + token.slice(at + 1)
  },
  'cut off': (token, random) => token.slice(0, random.below(token.length)),
  'its beginning cut off': (token, random) => token.slice(1 + random.below(token.length - 1)),
  padded: (token, random) =>
    within(token, random, (segment) => segment + '='.repeat((4 - (segment.length % 4)) % 4 || 1)),
  'in the other alphabet': (token, random) =>
    within(token, random, (segment) => segment.replaceAll('-', '+').replaceAll('_', '/')),
  'a segment emptied': (token, random) => within(token, random, () => ''),
  'a segment twice': (token, random) => {
    const segments = segmentsOf(token)
    return [...segments, random.pick(segments)].join('.')
  },
  'segments exchanged': (token, random) => {
    const segments = segmentsOf(token)
    return [random.pick(segments), random.pick(segments), random.pick(segments)].join('.')
  },
  'a signature turned round': (token) => {
    const [header, payload, signature = ''] = segmentsOf(token)
    return [header, payload, decoded(signature, (bytes) => bytes.reverse())].join('.')
  },
  'another case': (token, random) =>
    within(token, random, (segment) => (random.below(2) === 0 ? segment.toLowerCase() : segment.toUpperCase())),
}
