import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'

/** A request as it goes over the wire: fields may be repeated, and stand as given. */
export interface WireRequest {
  readonly method: string
  readonly url: string
  /** In place of the one of `url`, as it stands. */
  readonly path?: string | undefined
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body?: string | undefined
}

/** What came back. */
export interface WireResponse {
  readonly status: number
  /** Field names in lower case; repeated fields joined by `, `. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** Sends one request on a connection of its own, following nothing and repairing nothing. */
export async function send({ method, url, path, headers, body }: WireRequest): Promise<WireResponse> {
  const target = new URL(url)
  const length = body === undefined ? [] : ['content-length', String(Buffer.byteLength(body))]
  const fields = ['host', target.host, ...headers.flat(), ...length, 'connection', 'close']
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(target, { ...(path === undefined ? {} : { path }), method, headers: fields, agent: false }, resolve)
      .on('error', reject)
      .end(body)
  })
  return { status: response.statusCode ?? 0, headers: fieldsOf(response.rawHeaders), body: await text(response) }
}

function fieldsOf(raw: readonly string[]): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] ?? '').toLowerCase()
    const before = fields.get(name)
    fields.set(name, before === undefined ? (raw[i + 1] ?? '') : `${before}, ${raw[i + 1]}`)
  }
  return fields
}
