import type { IncomingMessage } from 'node:http'

/** A request as a doorway sees it: read to its end, nothing repaired. */
export interface WireRequest {
  readonly method: string
  /** The path below the doorway, without the query. */
  readonly path: string
  readonly query: string
  /** Names and values as they were received. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

/** An answer before it is written. */
export interface WireAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: string | Uint8Array | undefined
}

const bodyLimit = 1024 * 1024

/** Reads a request; `undefined` when its body is larger than a test has reason to send. */
export async function readRequest(message: IncomingMessage, prefix: string): Promise<WireRequest | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of message) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > bodyLimit) return undefined
    chunks.push(bytes)
  }
  const [path = '', query = ''] = (message.url ?? '').slice(prefix.length).split('?', 2)
  return {
    method: message.method ?? 'GET',
    path,
    query,
    headers: pairs(message.rawHeaders),
    body: Buffer.concat(chunks).toString(),
  }
}

function pairs(raw: readonly string[]): [string, string][] {
  return raw.flatMap((name, i) => (i % 2 === 0 ? [[name, raw[i + 1] ?? ''] satisfies [string, string]] : []))
}

/** A field's value, repeated ones joined by a comma as RFC 9110 §5.3 says; `undefined` when it was not sent. */
export function header(request: WireRequest, name: string): string | undefined {
  const values = request.headers.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value)
  return values.length === 0 ? undefined : values.join(', ')
}

/** The media type of a request in lower case and without parameters. */
export function mediaType(request: WireRequest): string | undefined {
  return header(request, 'content-type')?.split(';', 1)[0]?.trim().toLowerCase()
}

/** The token of a `Authorization: Bearer` field. */
export function bearer(request: WireRequest): string | undefined {
  return /^bearer +([^ ,]+)$/i.exec(header(request, 'authorization') ?? '')?.[1]
}

/** A JSON object out of a body; `undefined` for anything else. */
export function jsonObject(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A JSON answer that nobody may keep (RFC 6749 §5.1). */
export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): WireAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(body),
  }
}
