/** How much of a secret gives it away: fewer characters in common are chance. */
const telling = 6

/** How much of a text is searched: what comes after is never shown. */
const searched = 4096

/**
 * Whether a text repeats a secret, or a part of one, plain or in an encoding a request may have used.
 *
 * Only descriptions that a server sent are asked about, so the answer may err on the side of silence.
 */
export function mentions(text: string, secrets: readonly string[]): boolean {
  const haystack = text.slice(0, searched).toLowerCase()
  return secrets.flatMap(encodings).some((secret) => shares(haystack, secret.toLowerCase()))
}

function encodings(secret: string): readonly string[] {
  return [...new Set([secret, encodeQuietly(secret), JSON.stringify(secret).slice(1, -1)])]
}

function encodeQuietly(secret: string): string {
  return new URLSearchParams([[secret, '']]).toString().slice(0, -1)
}

function shares(haystack: string, secret: string): boolean {
  if (secret === '') return false
  const size = Math.min(telling, secret.length)
  for (let start = 0; start + size <= secret.length; start++) {
    if (haystack.includes(secret.slice(start, start + size))) return true
  }
  return false
}
