import type { IncomingMessage } from 'node:http'
import { type Handler, json } from './http.js'

/** What a request held when it had arrived in full. */
export interface Received {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** Notes each request before it is answered. */
export function recording(into: Received[], answer: Handler = json({ active: false })): Handler {
  return (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method, url, headers } = request
      into.push({ method, url, headers, body: Buffer.concat(chunks).toString() })
      answer(request, response)
    })
  }
}
