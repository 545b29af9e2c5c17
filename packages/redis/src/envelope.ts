import { isStoredToken, type StoredToken } from '@auth/core'
import type { RedisStoreEvent } from './events.js'
import type { KeyRing } from './key-ring.js'

/** How records are written and read: `VERSION.KEY.TEXT` after their generation. */
export interface Envelope {
  readonly write: (token: StoredToken, key: string) => Promise<string>
  /** @returns the token, or why there is none. */
  readonly read: (record: string, key: string) => Promise<StoredToken | Unreadable>
}

/** Why a record cannot be used. */
export type Unreadable = Extract<RedisStoreEvent, { type: 'record_unreadable' }>['reason']

/** Of the record's shape; another one is another version's. */
const version = '1'
/** In place of a key's id where there is none: no id has a hyphen alone. */
const unencrypted = '-'
const shape = /^\d{1,15} (?<version>[^.]{1,16})\.(?<id>[^.]{1,16})\.(?<text>.*)$/s
/** Characters; a record is a token and little more. */
const maxLength = 1024 * 1024

/** @param ring what encrypts; without one, records are there for all to read. */
export function envelope(ring: KeyRing | undefined): Envelope {
  return {
    write: async (token, key) => {
      const text = JSON.stringify(token)
      const [id, sealed] = ring === undefined ? [unencrypted, text] : await ring.seal(text, context(key))
      return `${version}.${id}.${sealed}`
    },
    read: async (record, key) => {
      const found = record.length > maxLength ? undefined : shape.exec(record)?.groups
      const { id = '', text = '' } = found ?? {}
      if (found === undefined) return 'corrupted'
      if (found.version !== version) return 'unknown_version'
      // What was not encrypted may have been written by anybody who can write there at all.
      if (id === unencrypted) return ring === undefined ? tokenOf(text) : 'not_encrypted'
      const opened = await ring?.open(id, text, context(key))
      if (opened === undefined) return 'unknown_key'
      return opened === null ? 'corrupted' : tokenOf(opened)
    },
  }
}

/** A record that was moved to another key does not open. */
function context(key: string): string {
  return `${version} ${key}`
}

function tokenOf(text: string): StoredToken | Unreadable {
  try {
    const value: unknown = JSON.parse(text)
    return isStoredToken(value) ? value : 'corrupted'
  } catch {
    return 'corrupted'
  }
}
