import { until } from '../until.js'

/** What an API answered, as far as it may say that the token was refused. */
export interface ApiAnswer {
  readonly status: number
  readonly headers: Headers
  readonly url: string
  /**
   * The beginning of its body as text: 64 KiB, and what of it comes within the client's `timeout`. The answer itself
   * stays whole. Look at `headers` first: a body that is not asked for is not held up.
   */
  readonly body: () => Promise<string>
}

/** Bytes of an answer that are looked at. */
const maxBytes = 64 * 1024

/** @param timeout seconds */
export function apiAnswer(response: Response, timeout: number): ApiAnswer {
  const { status, headers, url } = response
  return { status, headers, url, body: () => beginningOf(response.clone(), timeout) }
}

/** A body that breaks, or does not come in time, ends here: whoever reads the answer itself is told. */
async function beginningOf({ body }: Response, timeout: number): Promise<string> {
  if (body === null) return ''
  const reader = body.getReader()
  const deadline = AbortSignal.timeout(Math.ceil(timeout * 1000))
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  try {
    while (size < maxBytes) {
      const { done, value } = await until(reader.read(), deadline)
      if (done) break
      text += decoder.decode(value.subarray(0, maxBytes - size), { stream: true })
      size += value.byteLength
    }
  } catch {
    return text
  } finally {
    // Nobody waits for it: half of a body that is read twice is gone only when the other half is.
    reader.cancel().catch(() => undefined)
  }
  return text
}
