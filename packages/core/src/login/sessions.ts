import { encodeBase64url } from '../base64url.js'
import { digest as digestOf } from '../cache/key.js'
import { Lru } from '../cache/lru.js'
import { limited } from '../client/closing.js'
import { revoke } from '../client/revoke.js'
import { removeToken } from '../client/session-tokens.js'
import { type Wish, wish } from '../client/wish.js'
import type { RequestLike } from '../verifier/request.js'
import { onlyCookie, readCookies } from './cookies.js'
import { type AnsweredCode, sessionGrant } from './grant.js'
import { isOwnRequest } from './same-site.js'
import { readSessionRecord, type SessionContent, type SessionRecord } from './session-record.js'
import type { LoginSettings } from './settings.js'

/** A session that is live, and until when it stays so if nothing comes. */
export interface Found extends SessionRecord {
  readonly idleUntil: number
}

/** Sessions of which it is remembered how their tokens are asked for. */
const maxAsked = 10_000

/** 32 bytes in base64url. */
const idShape = /^[\w-]{43}$/

/** The sessions of a login: found by the id in a cookie, of which the store knows the digest only. */
export class Sessions {
  readonly #settings: LoginSettings
  readonly #asked = new Lru<string, Wish>(maxAsked)

  constructor(settings: LoginSettings) {
    this.#settings = settings
  }

  /** A new id, and under what its session is kept. */
  async newId(): Promise<{ readonly id: string; readonly digest: string }> {
    const id = encodeBase64url(crypto.getRandomValues(new Uint8Array(32)))
    return { id, digest: await this.#digest(id) }
  }

  /** How the tokens of a session are asked for: the same object each time, by which a client knows its key. */
  asked(digest: string, resource: readonly string[], answered?: AnsweredCode): Wish {
    const known = answered === undefined ? this.#asked.get(digest) : undefined
    if (known !== undefined) return known
    const asked = wish({ scope: [], resource, grant: sessionGrant(digest, answered) })
    if (answered === undefined) this.#asked.set(digest, asked)
    return asked
  }

  async create(digest: string, content: SessionContent): Promise<void> {
    const { records, absolute, idle } = this.#settings
    await records.set(sessionKey(digest), { ...content }, absolute)
    await records.set(seenKey(digest), {}, Math.min(idle, absolute))
  }

  /**
   * The session of a request's cookie, if it is live and counts.
   *
   * @throws LoginError `temporarily_unavailable`
   */
  async find(request: RequestLike): Promise<Found | undefined> {
    const { session, origin, tell } = this.#settings
    const values = readCookies(request).get(session.name)
    if (values === undefined) return undefined
    if (values.length > 1) {
      tell({ type: 'session_ignored', reason: 'the session cookie came more than once' })
      return undefined
    }
    if (!isOwnRequest(request, origin)) {
      tell({ type: 'session_ignored', reason: 'the request came from another site' })
      return undefined
    }
    return await this.#byId(values[0] ?? '')
  }

  /** Whoever's cookie a request brings, wherever it comes from: to be ended, or to be asked for more. */
  async atCookie(request: RequestLike): Promise<Found | undefined> {
    return await this.#byId(onlyCookie(readCookies(request), this.#settings.session.name) ?? '')
  }

  /** The session that is kept under a digest, if it is live. */
  async live(digest: string): Promise<Found | undefined> {
    const { records, idle, seconds } = this.#settings
    const [found, seen] = await Promise.all([records.get(sessionKey(digest)), records.get(seenKey(digest))])
    const record = found && readSessionRecord(digest, found)
    if (record === undefined || seen === undefined) return undefined
    if (await this.#isEnded(record)) {
      // Its tokens are still there. The server knows, or may count another session as the same one.
      await this.end(record, false)
      return undefined
    }
    const left = record.expiresAt - seconds()
    // Not at each request: a store need not know to the second when the last one came.
    if (seconds() - seen.writtenAt < Math.min(60, idle / 10)) return { ...record, idleUntil: seen.expiresAt }
    await records.set(seenKey(digest), {}, Math.min(idle, left))
    return { ...record, idleUntil: seconds() + Math.min(idle, left) }
  }

  /** Ends a session: its record first, so that nobody finds it, then its tokens, here and at the server. */
  async end(record: SessionRecord, tellServer: boolean): Promise<void> {
    const { records, source, client, tell } = this.#settings
    await records.delete(sessionKey(record.digest))
    await records.delete(seenKey(record.digest))
    try {
      const token = await removeToken(source, this.asked(record.digest, record.resource))
      if (tellServer && token?.refreshToken !== undefined) {
        await limited(client, (signal) => revoke(client, token, signal))
      }
    } catch {
      // The session is over whether the server knows or not.
      tell({ type: 'revocation_failed' })
    }
  }

  /** Ends every session that there is now of a person, without knowing them: they are older than this. */
  async endAllOf(subject: string): Promise<void> {
    await this.#endAll(['subject', subject])
  }

  /** The same for one session at the server; one that it never named may be the person's, and is ended with it. */
  async endNamed(sid: string, subject: string | undefined): Promise<void> {
    await this.#endAll(['sid', sid])
    if (subject !== undefined) await this.#endAll(['unnamed', subject])
  }

  async #endAll(whose: readonly string[]): Promise<void> {
    const { records, absolute } = this.#settings
    await records.set(await this.#ending(whose), {}, absolute)
  }

  async #byId(id: string): Promise<Found | undefined> {
    return idShape.test(id) ? await this.live(await this.#digest(id)) : undefined
  }

  async #isEnded({ subject, sid, createdAt }: SessionRecord): Promise<boolean> {
    const { records } = this.#settings
    const whose = [['subject', subject], sid === undefined ? ['unnamed', subject] : ['sid', sid]]
    const endings = await Promise.all(whose.map(async (each) => await records.get(await this.#ending(each))))
    return endings.some((ending) => ending !== undefined && createdAt <= ending.writtenAt)
  }

  /** Where it is kept that sessions before some time are over. */
  async #ending(whose: readonly string[]): Promise<string> {
    const { issuer, client } = this.#settings
    return `login ended ${await digestOf([issuer, client.clientId, ...whose])}`
  }

  /** Of one login of one client at one issuer: the id of another's session is none here, though they share a store. */
  async #digest(id: string): Promise<string> {
    const { issuer, client, session } = this.#settings
    return await digestOf([issuer, client.clientId, session.name, id])
  }
}

function sessionKey(digest: string): string {
  return `login session ${digest}`
}

/** Apart from the session, so that noting a request cannot bring back a session that has just been ended. */
function seenKey(digest: string): string {
  return `login seen ${digest}`
}
