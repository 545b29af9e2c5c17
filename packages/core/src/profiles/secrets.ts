import { formEncode } from '../form-encode.js'

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
  const shown = text.slice(0, searched).toLowerCase()
  // A set: secrets that a server sent may be long, and such that a search takes for ever.
  const parts = new Set(partsOf(shown))
  return secrets.flatMap(encodings).some((secret) => shares(shown, parts, secret.toLowerCase()))
}

function encodings(secret: string): readonly string[] {
  return [...new Set([secret, formEncode(secret), JSON.stringify(secret).slice(1, -1)])]
}

function shares(shown: string, parts: ReadonlySet<string>, secret: string): boolean {
  if (secret.length < telling) return secret !== '' && shown.includes(secret)
  for (const part of partsOf(secret)) if (parts.has(part)) return true
  return false
}

/** Every run of characters that is just long enough to tell. */
function* partsOf(text: string): Generator<string, void> {
  for (let start = 0; start + telling <= text.length; start++) yield text.slice(start, start + telling)
}
