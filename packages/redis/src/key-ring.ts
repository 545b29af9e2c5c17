/** Keys that records are encrypted with: 32 bytes each, as they are or in base64. The first one writes, all of them read. */
export type EncryptionKeys = readonly (string | Uint8Array<ArrayBuffer>)[]

/** What seals records, by AES-256-GCM. */
export interface KeyRing {
  /** @returns the id of the key, and the text in base64url */
  readonly seal: (text: string, context: string) => Promise<readonly [id: string, sealed: string]>
  /** @returns `undefined` where the key is not there, and `null` where it does not fit: another context, or a change */
  readonly open: (id: string, sealed: string, context: string) => Promise<string | undefined | null>
}

const keyBytes = 32
const ivBytes = 12
const maxKeys = 16
const encoder = new TextEncoder()

type PlatformKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>

/** @throws TypeError where there is no key, or one is not 32 bytes long; it quotes none. */
export function keyRing(keys: unknown): KeyRing {
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > maxKeys) {
    throw new TypeError(
      `encryptionKeys is a list of 1 to ${maxKeys} keys of 32 bytes, like [process.env.TOKEN_KEY]; "openssl rand -base64 32" makes one`,
    )
  }
  const ring = keys.map(bytesOf).map(imported)
  return {
    seal: async (text, context) => {
      const [newest] = ring
      if (newest === undefined) throw new TypeError('there is no key')
      const { id, key } = await newest()
      const iv = crypto.getRandomValues(new Uint8Array(ivBytes))
      const params = { name: 'AES-GCM', iv, additionalData: encoder.encode(`${id} ${context}`) }
      const sealed = await crypto.subtle.encrypt(params, key, encoder.encode(text))
      return [id, Buffer.concat([iv, new Uint8Array(sealed)]).toString('base64url')]
    },
    open: async (wanted, sealed, context) => {
      const known = await Promise.all(ring.map((each) => each()))
      const found = known.find(({ id }) => id === wanted)
      if (found === undefined) return undefined
      const bytes = new Uint8Array(Buffer.from(sealed, 'base64url'))
      const [iv, rest] = [bytes.subarray(0, ivBytes), bytes.subarray(ivBytes)]
      const params = { name: 'AES-GCM', iv, additionalData: encoder.encode(`${wanted} ${context}`) }
      try {
        return new TextDecoder().decode(await crypto.subtle.decrypt(params, found.key, rest))
      } catch {
        return null
      }
    },
  }
}

function bytesOf(key: unknown): Uint8Array<ArrayBuffer> {
  const bytes = typeof key === 'string' ? new Uint8Array(Buffer.from(key, 'base64')) : key
  if (bytes instanceof Uint8Array && bytes.length === keyBytes) return new Uint8Array(bytes)
  throw new TypeError('each of encryptionKeys is 32 bytes long, as a Uint8Array or as text in base64')
}

/** A key and its id, made when they are first needed. The id tells keys apart; it says nothing of a key of 256 random bits. */
function imported(bytes: Uint8Array<ArrayBuffer>): () => Promise<{ readonly id: string; readonly key: PlatformKey }> {
  const make = async () => {
    const digest = await crypto.subtle.digest('SHA-256', Buffer.concat([encoder.encode('@auth/redis key id '), bytes]))
    const id = Buffer.from(digest).subarray(0, 6).toString('base64url')
    return { id, key: await crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']) }
  }
  let made: ReturnType<typeof make> | undefined
  return () => {
    made ??= make()
    return made
  }
}
