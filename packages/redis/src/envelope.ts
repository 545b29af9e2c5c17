import { isStoredToken, type StoredToken } from '@auth/core'
import type { RedisStoreEvent } from './events.js'
import type { KeyRing } from './key-ring.js'

/** A record as it was saved. */
export interface Saved {
  readonly token: StoredToken
  /** By how much the clock of whoever saved it was ahead of that of Redis. Milliseconds. */
  readonly ahead: number
}

/** How records are written and read: `VERSION.KEY.TEXT` after their generation. */
export interface Envelope {
  readonly write: (saved: Saved, key: string) => Promise<string>
  /** @returns what was saved, or why there is nothing. */
  readonly read: (record: string, key: string) => Promise<Saved | Unreadable>
}

/** Why a record cannot be used. */
export type Unreadable = Extract<RedisStoreEvent, { type: 'record_unreadable' }>['reason']

/** Of the record's shape; another one is another version's. */
const version = '1'
/** In place of a key's id where there is none: no id has a hyphen alone. */
const unencrypted = '-'
const shape = /^\d{1,15} (?<version>[^.]{1,16})\.(?<id>[^.]{1,16})\.(?<text>.*)$/s
/** Characters; a record is an answer of 1 MiB at most, encrypted, in base64url. */
export const maxLength: number = 2 * 1024 * 1024

/** @param ring what encrypts; without one, records are there for all to read. */
export function envelope(ring: KeyRing | undefined): Envelope {
  return {
    write: async (saved, key) => {
      const text = JSON.stringify(saved)
      const [id, sealed] = ring === undefined ? [unencrypted, text] : await ring.seal(text, context(key))
      return `${version}.${id}.${sealed}`
    },
    read: async (record, key) => {
      const found = record.length > maxLength ? undefined : shape.exec(record)?.groups
      const { id = '', text = '' } = found ?? {}
      if (found === undefined) return 'corrupted'
      if (found.version !== version) return 'unknown_version'
      // What was not encrypted may have been written by anybody who can write there at all.
      if (id === unencrypted) return ring === undefined ? savedOf(text) : 'not_encrypted'
      const opened = await ring?.open(id, text, context(key))
      if (opened === undefined) return 'unknown_key'
      return opened === null ? 'corrupted' : savedOf(opened)
    },
  }
}

/** A record that was moved to another key does not open. */
function context(key: string): string {
  return `${version} ${key}`
}

function savedOf(text: string): Saved | Unreadable {
  try {
    const value: unknown = JSON.parse(text)
    return isSaved(value) ? value : 'corrupted'
  } catch {
    return 'corrupted'
  }
}

function isSaved(value: unknown): value is Saved {
  if (typeof value !== 'object' || value === null || !('token' in value && 'ahead' in value)) return false
  return isStoredToken(value.token) && Number.isFinite(value.ahead)
}

/** Milliseconds by which clocks may differ before it matters. */
const unnoticed = 1000

/**
 * A token as the clock of this process has it: the processes of a fleet need not agree what time it is.
 *
 * @param own milliseconds by which this process is ahead of Redis
 */
export function byOwnClock({ token, ahead }: Saved, own: number): StoredToken {
  const seconds = (own - ahead) / 1000
  if (Math.abs(seconds * 1000) < unnoticed) return token
  const { issuedAt, renewAt, waitAt, expiresAt } = token
  return {
    ...token,
    issuedAt: issuedAt + seconds,
    renewAt: renewAt + seconds,
    waitAt: waitAt + seconds,
    expiresAt: expiresAt + seconds,
  }
}
