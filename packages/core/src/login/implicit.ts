import { thresholds } from '../cache/freshness.js'
import type { StoredToken } from '../cache/store.js'
import { keepToken } from '../client/session-tokens.js'
import type { Wish } from '../client/wish.js'
import { decodeTokenAnswer } from '../profiles/decode.js'
import type { LoginSettings } from './settings.js'

/**
 * Takes the token out of an answer that holds it (RFC 6749 §4.2.2), and keeps it as if it had been asked for. No refresh
 * token may come this way.
 *
 * @throws TokenRequestError
 */
export async function implicitToken(
  { client, source, seconds }: LoginSettings,
  asked: Wish,
  parameters: URLSearchParams,
): Promise<StoredToken> {
  const { expires_in, ...answer } = Object.fromEntries(parameters)
  const document = expires_in === undefined ? answer : { ...answer, expires_in: Number(expires_in) }
  const body = new TextEncoder().encode(JSON.stringify(document))
  const issuedAt = seconds()
  const { profile } = await client.server.dialect()
  const { accessToken, tokenType, scope, lifetime, metadata } = await decodeTokenAnswer(
    profile,
    { url: '' },
    { status: 200, headers: new Headers(), body },
    { secrets: [...parameters.values()], now: issuedAt, dpop: false },
  )
  const times = thresholds({ issuedAt, lifetime, duration: 0, refreshIn: undefined, random: Math.random() })
  const token = { accessToken, tokenType, scope, metadata, issuedAt, ...times }
  await keepToken(source, asked, token)
  return token
}
