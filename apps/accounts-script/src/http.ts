import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HttpAnswer } from '@auth/core'

/** More than any honest body here holds, in bytes. */
const longestBody = 64 * 1024

/** The body is too long, or is no JSON. */
export class BadBody extends Error {
  override readonly name = 'BadBody'
  readonly status: 400 | 413

  constructor(status: 400 | 413, message: string) {
    super(message)
    this.status = status
  }
}

/** An answer in JSON. */
export function json(status: number, value: unknown): HttpAnswer {
  return { status, headers: [['content-type', 'application/json']], body: JSON.stringify(value) }
}

/** Writes an answer as it stands. */
export function send(response: ServerResponse, { status, headers, body }: HttpAnswer): void {
  for (const [name, value] of headers) response.appendHeader(name, value)
  response.writeHead(status).end(body)
}

/** Reads a request's body as JSON. @throws BadBody */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Uint8Array[] = []
  let length = 0
  // Events rather than iteration: leaving a loop early would destroy the socket before the answer is written.
  await new Promise<void>((resolve, reject) => {
    request.on('data', (chunk: Uint8Array) => {
      length += chunk.byteLength
      if (length <= longestBody) chunks.push(chunk)
      else reject(new BadBody(413, 'The body is too long'))
    })
    request.on('end', resolve).on('error', reject)
  })
  try {
    return JSON.parse(Buffer.concat(chunks).toString())
  } catch {
    throw new BadBody(400, 'The body is not JSON')
  }
}
