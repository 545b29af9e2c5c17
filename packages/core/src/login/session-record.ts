import { isJsonObject, type JsonObject, own, text, texts } from '../json.js'
import type { LoginRecord } from './records.js'

/** What is known of a session, whatever becomes of its tokens. */
export interface SessionRecord {
  /** A digest of the session's id: what everything of it is kept under. */
  readonly digest: string
  readonly subject: string
  /** The session at the authorization server, where it named one. */
  readonly sid: string | undefined
  readonly claims: JsonObject
  /** Kept only where a logout has to bring it. */
  readonly idToken: string | undefined
  /** As asked for, which is what was granted where the server did not say. */
  readonly scope: readonly string[]
  readonly resource: readonly string[]
  /** Seconds since the epoch. */
  readonly createdAt: number
  readonly expiresAt: number
}

/** What of it is content; the rest is what every record has. */
export type SessionContent = Pick<SessionRecord, 'subject' | 'sid' | 'claims' | 'idToken' | 'scope' | 'resource'>

/** A session as it was stored, perhaps by another version. */
export function readSessionRecord(digest: string, record: LoginRecord): SessionRecord | undefined {
  const { content, writtenAt, expiresAt } = record
  const [subject, claims] = [own(content, 'subject'), own(content, 'claims')]
  const [sid, idToken] = [text(own(content, 'sid')), text(own(content, 'idToken'))]
  const [scope, resource] = [texts(own(content, 'scope')), texts(own(content, 'resource'))]
  if (typeof subject !== 'string' || !isJsonObject(claims) || scope === undefined || resource === undefined) return
  return { digest, subject, sid, claims, idToken, scope, resource, createdAt: writtenAt, expiresAt }
}
