import { parseJsonObject } from '../json.js'

/**
 * Seconds an access token has left by its own `exp` and `iat`, if it happens to be a JWT. It is not verified: good enough
 * to decide how long to keep it, for nothing else.
 *
 * @param now seconds since the epoch.
 */
export function jwtLifetime(token: string, now: number): number | undefined {
  const [, payload = '', ...rest] = token.split('.')
  if (rest.length !== 1) return undefined
  const { exp, iat } = parseJsonObject(decode(payload)) ?? {}
  if (typeof exp !== 'number' || !Number.isFinite(exp)) return undefined
  // From `iat` on, no difference of clocks can bend it.
  return typeof iat === 'number' && iat < exp ? Math.min(exp - now, exp - iat) : exp - now
}

function decode(text: string): Uint8Array {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
    return Uint8Array.from(binary, (char) => char.charCodeAt(0))
  } catch {
    return new Uint8Array()
  }
}
