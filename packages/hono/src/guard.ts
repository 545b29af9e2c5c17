import { BearerError } from '@auth/core'
import type { Context, MiddlewareHandler } from 'hono'
import type { Resolve } from './source.js'

/** What stands behind a middleware of this package. */
export interface Guard {
  /** @throws BearerError for a request that may not pass. */
  readonly check: (c: Context) => unknown
  /** Whom it asks, where it knows that by itself. */
  readonly resolve?: Resolve | undefined
}

/** Answers refusals in its own way: a login sends whoever loads a page to log in. */
export interface Answerer {
  answer(request: Request, refusal: BearerError): Promise<Response>
}

const guards = new WeakMap<MiddlewareHandler, Guard>()

/** A middleware that lets pass what its check does not refuse. */
export function guarding(guard: Guard): MiddlewareHandler {
  const middleware: MiddlewareHandler = async (c, next) => {
    const refusal = await refusalOf(c, guard)
    return refusal === undefined ? await next() : answerRefusal(c, refusal)
  }
  guards.set(middleware, guard)
  return middleware
}

const answerers = new WeakMap<Context, Answerer>()

/** Lets somebody answer the refusals of a request from now on. */
export function answerBy(c: Context, answerer: Answerer): void {
  answerers.set(c, answerer)
}

/** What stands behind a middleware, where it is one of this package. */
export function guardOf(middleware: MiddlewareHandler): Guard | undefined {
  return guards.get(middleware)
}

/** Why a guard refuses a request, `undefined` when it does not. */
export async function refusalOf(c: Context, { check }: Guard): Promise<BearerError | undefined> {
  try {
    await check(c)
    return undefined
  } catch (error) {
    if (error instanceof BearerError) return error
    throw error
  }
}

/**
 * Answers with a refusal.
 *
 * The answer is returned, not thrown: an `onError` of the application cannot drop its challenge. Built by the context,
 * it keeps the fields that other middlewares have set, those of CORS for instance.
 */
export async function answerRefusal(c: Context, refusal: BearerError): Promise<Response> {
  const other = await otherAnswer(c, refusal)
  if (other !== undefined) return other
  const { answer, status } = refusal
  setFields(c, answer.headers)
  return c.body(answer.body, status)
}

/** What is answered in place of a refusal's own answer, where somebody has another one. */
export async function otherAnswer(c: Context, refusal: BearerError): Promise<Response | undefined> {
  const answer = await answerers.get(c)?.answer(c.req.raw, refusal)
  return answer === undefined || answer.status === refusal.status ? undefined : keepingFields(c, answer)
}

/** A response with the fields that other middlewares have set. */
export function keepingFields(c: Context, { body, headers, status }: Response): Response {
  setFields(c, headers)
  return new Response(body, { status, headers: c.res.headers })
}

/** One by one on the context: its fields win over those of a response, so an earlier `cache-control` would stay. */
export function setFields(c: Context, fields: Iterable<readonly [name: string, value: string]>): void {
  for (const [name, value] of fields) c.header(name, value, { append: name === 'set-cookie' })
}
