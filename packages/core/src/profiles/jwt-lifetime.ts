import { parseJsonObject } from '../json.js'

/** What a JWT says of its own life, unverified: good enough to decide how long to keep it, for nothing else. */
export interface JwtLifetime {
  /** Seconds since the epoch. */
  readonly expiresAt: number
  /** Seconds from `iat` to `exp`, which no difference of clocks can bend; `undefined` without an `iat`. */
  readonly seconds: number | undefined
}

/** Reads `exp` and `iat` of an access token, if it happens to be a JWT. */
export function jwtLifetime(token: string): JwtLifetime | undefined {
  const [, payload = '', ...rest] = token.split('.')
  if (rest.length !== 1) return undefined
  const { exp, iat } = parseJsonObject(decode(payload)) ?? {}
  if (typeof exp !== 'number' || !Number.isFinite(exp)) return undefined
  return { expiresAt: exp, seconds: typeof iat === 'number' && iat < exp ? exp - iat : undefined }
}

function decode(text: string): Uint8Array {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
    return Uint8Array.from(binary, (char) => char.charCodeAt(0))
  } catch {
    return new Uint8Array()
  }
}
