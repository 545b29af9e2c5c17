/** Invalid UTF-8 and a byte order mark are errors, not replacement characters (RFC 8259 §8.1). */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A JSON object whose members nobody has looked at yet. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Levels, more than any honest document or token has; what walks over one later may do so recursively. */
export const maxDepth = 32

/**
 * Parses bytes that must be one JSON object in strict UTF-8.
 *
 * @returns `undefined` when they are anything else, or nested deeper than 32 levels. A member named `__proto__` is an own member like any other.
 */
export function parseJsonObject(bytes: Uint8Array): JsonObject | undefined {
  const text = decodeUtf8(bytes)
  return text === undefined ? undefined : parseJsonText(text)
}

/** The text of bytes in strict UTF-8, `undefined` for any others. A byte order mark is kept, which no JSON begins with. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

/** Parses a text that must be one JSON object. @returns `undefined` when it is anything else. */
export function parseJsonText(text: string): JsonObject | undefined {
  try {
    const value = parseJson(text)
    return isJsonObject(value) && isShallow(value, maxDepth) ? value : undefined
  } catch {
    return undefined
  }
}

const escapes = /\\(?:u([0-9A-Fa-f]{4})|.)/g

/**
 * As `JSON.parse`. In Node 24 and 26 that takes a name with an escape for one it read before, if that begins as this one
 * is written (nodejs/node#63785), and anybody may have sent such a one; so what need not be escaped is written out first.
 *
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text)
  return text.includes('\\') ? JSON.parse(text.replace(escapes, unescaped)) : value
}

/** What an escape stands for, unless JSON wants it to be one (RFC 8259 §7). */
function unescaped(written: string, code: string | undefined): string {
  if (code === undefined) return written === '\\/' ? '/' : written
  const character = String.fromCharCode(Number.parseInt(code, 16))
  return character < ' ' || character === '"' || character === '\\' ? written : character
}

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return levels > 0 && Object.values(value).every((each) => isShallow(each, levels - 1))
}

/** Whether a value is an object with members: neither `null` nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A member of the object itself, never of its prototype. */
export function own(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

/** A value, if it is a text. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** A value, if it is a list of nothing but texts. */
export function texts(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : undefined
}

/** A copy that nobody can change, at any depth. */
export function frozenCopy(object: JsonObject): JsonObject {
  return Object.freeze(Object.fromEntries(Object.entries(object).map(([name, value]) => [name, frozen(value)])))
}

function frozen(value: unknown): unknown {
  if (Array.isArray(value)) return Object.freeze(value.map(frozen))
  return isJsonObject(value) ? frozenCopy(value) : value
}
