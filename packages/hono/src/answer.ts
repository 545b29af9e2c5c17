import { BearerError } from '@auth/core'
import type { Context } from 'hono'

/**
 * Does something that may refuse the request, and answers with the refusal.
 *
 * The answer is returned, not thrown: an `onError` of the application cannot drop its challenge. Built by the context,
 * it keeps the fields that other middlewares have set, those of CORS for instance.
 */
export async function answerRefusal(c: Context, check: () => Promise<unknown>): Promise<Response | undefined> {
  try {
    await check()
    return undefined
  } catch (error) {
    if (!(error instanceof BearerError)) throw error
    const { headers, body } = error.answer
    // Set one by one: fields of the context win over those of a response, so an earlier `cache-control` would stay.
    for (const [name, value] of headers) c.header(name, value)
    return c.body(body, error.status)
  }
}
