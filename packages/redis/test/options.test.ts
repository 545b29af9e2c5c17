import { describe, expect, test } from 'vitest'
import { redisNonceStore } from '../src/nonce-store.js'
import { redisReplayStore } from '../src/replay-store.js'
import { redisStore } from '../src/token-store.js'

/** The shape of a client; none of these tests sends a command. */
const client = {
  isReady: true,
  eval: async () => null,
}
const listening = { ...client, subscribe: async () => undefined }
const key = new Uint8Array(32)

describe('redisStore', () => {
  const make: (client: never, options: never) => unknown = redisStore
  test.for<readonly [string, unknown, unknown, RegExp]>([
    ['no client', undefined, { encryptionKeys: [key] }, /client/],
    ['what is no client', { eval: 1 }, { encryptionKeys: [key] }, /client/],
    ['no options', client, undefined, /options/],
    ['neither keys nor the wish for none', client, {}, /encryptionKeys/],
    ['both', client, { encryptionKeys: [key], dangerouslyStorePlaintext: true }, /encryptionKeys/],
    ['a wish that is no boolean', client, { dangerouslyStorePlaintext: 'yes' }, /dangerouslyStorePlaintext/],
    ['an empty ring', client, { encryptionKeys: [] }, /encryptionKeys/],
    ['too many keys', client, { encryptionKeys: Array.from({ length: 17 }, () => key) }, /encryptionKeys/],
    ['a short key', client, { encryptionKeys: [new Uint8Array(16)] }, /32 bytes/],
    ['a key that is unset', client, { encryptionKeys: [undefined] }, /32 bytes/],
    ['a password for a key', client, { encryptionKeys: ['planted-password'] }, /32 bytes/],
    ['a namespace with a brace', client, { encryptionKeys: [key], namespace: 'a{b}' }, /namespace/],
    ['an empty namespace', client, { encryptionKeys: [key], namespace: '' }, /namespace/],
    ['a staleness of an hour', client, { encryptionKeys: [key], maxStaleness: 3600 }, /maxStaleness/],
    ['a number that is none', client, { encryptionKeys: [key], maxEntries: Number.NaN }, /maxEntries/],
    ['a listener that is none', client, { encryptionKeys: [key], onEvent: 1 }, /onEvent/],
    ['a subscriber that cannot listen', client, { encryptionKeys: [key], subscriber: {} }, /subscriber/],
    ['itself for a subscriber', listening, { encryptionKeys: [key], subscriber: listening }, /of its own/],
    ['a misspelt option', client, { encryptionKeys: [key], namespaces: 'a' }, /namespaces/],
  ])('refuses %s', ([, given, options, message]) => {
    expect(() => make(given as never, options as never)).toThrow(TypeError)
    expect(() => make(given as never, options as never)).toThrow(message)
    expect(() => make(given as never, options as never)).not.toThrow(/planted/)
  })
})

test.for<readonly [string, () => unknown]>([
  ['redisReplayStore', () => redisReplayStore(client, { maxPerKey: 0 })],
  ['redisNonceStore', () => redisNonceStore(client, { lifetime: 0 })],
  ['redisNonceStore', () => redisNonceStore(client, { lifetime: 1, namespace: ':' })],
])('%s refuses what makes no sense', ([, make]) => {
  expect(make).toThrow(TypeError)
})
