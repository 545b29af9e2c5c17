import { BearerError } from '@auth/core'
import type { Context, Env, MiddlewareHandler, Next } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { bookmark, passWithoutToken } from './authentication.js'
import { type Guard, guardOf, otherAnswer, refusalOf, setFields } from './guard.js'

/** The variables of several middlewares of which one has run: what another one sets may be missing. */
export interface AnyEnv<M> {
  Variables: AnyOfVariables<VariablesOf<M>>
}

type VariablesOf<M> = M extends MiddlewareHandler<infer E> ? (0 extends 1 & E ? object : OwnVariables<E>) : never
type OwnVariables<E extends Env> = E extends { Variables: infer V extends object } ? V : object
type AnyOfVariables<V> = { [K in NamesOf<V>]: V extends { readonly [N in K]: infer T } ? T : undefined }
type NamesOf<V> = V extends unknown ? keyof V : never

/** A refusal of this package, or the answer of another one's middleware. */
type Refusal = BearerError | Response

/**
 * Lets a request pass that one of several authentications lets pass: tokens of several verifiers, or a middleware of
 * another kind, `basicAuth` for instance, beside them. They are asked in their order, and only as long as they refuse.
 *
 * When all refuse, the answer is that of the refusal that says most: who lacks a scope before who cannot be judged
 * (503), who sent something malformed, who sent a bad token, who sent none. Its `WWW-Authenticate` holds the challenges
 * of all (RFC 9110 §11.6.1). Like every refusal it is returned, past `onError`, and becomes a login where one would help
 * somebody who loads a page.
 *
 * A refusal is an answer, or an `HTTPException`, of 400, 401, 403 or 503; whatever else a middleware answers or throws
 * ends the search. Where a middleware of another kind let the request pass, `c.var.token` is undefined.
 *
 * Not to be confused with the `anyOf` of scopes.
 *
 * @throws TypeError for less than one middleware, or what is none.
 * @example app.use(anyOf(bearer(verifier), basicAuth({ username: 'ada', password })))
 */
export function anyOf<const M extends readonly [MiddlewareHandler, ...MiddlewareHandler[]]>(
  ...authentications: M
): MiddlewareHandler<AnyEnv<M[number]>> {
  for (const each of [authentications[0], ...authentications]) {
    if (typeof each !== 'function') {
      throw new TypeError('anyOf(…) of @auth/hono takes middlewares; scopes are joined by the anyOf of a catalogue')
    }
  }
  const resolve = authentications.map((each) => guardOf(each)?.resolve).find((each) => each !== undefined)
  return async (c, next) => {
    const proceed = async (): Promise<void> => {
      if (resolve !== undefined) passWithoutToken(c, await resolve(c))
      await next()
    }
    const refusals: Refusal[] = []
    for (const each of authentications) {
      const guard = guardOf(each)
      const outcome = guard === undefined ? await askOther(c, each, proceed) : await ask(c, guard, next)
      if (!outcome.refused) return outcome.answer
      refusals.push(outcome.refusal)
    }
    return await answerAll(c, refusals)
  }
}

type Outcome =
  | { readonly refused: true; readonly refusal: Refusal }
  | { readonly refused: false; readonly answer?: Response | undefined }

/** Asks a middleware of this package, whose check leaves nothing behind when it refuses. */
async function ask(c: Context, guard: Guard, next: Next): Promise<Outcome> {
  const back = bookmark(c)
  const refusal = await refusalOf(c, guard)
  if (refusal === undefined) {
    await next()
    return { refused: false }
  }
  back()
  return { refused: true, refusal }
}

async function askOther(c: Context, middleware: MiddlewareHandler, proceed: Next): Promise<Outcome> {
  const before = new Set(c.res.headers.keys())
  let passed = false
  const next: Next = async () => {
    passed = true
    await proceed()
  }
  try {
    const answer = await middleware(c, next)
    if (passed || !answer || !isRefusal(answer.status)) return { refused: false, answer: answer ?? undefined }
    // What it said to the context would be said of the request that another one lets pass.
    c.status(200)
    for (const name of [...c.res.headers.keys()]) if (!before.has(name)) c.header(name, undefined)
    return { refused: true, refusal: answer }
  } catch (error) {
    if (passed) throw error
    if (error instanceof BearerError) return { refused: true, refusal: error }
    if (error instanceof HTTPException && isRefusal(error.status))
      return { refused: true, refusal: error.getResponse() }
    throw error
  }
}

function isRefusal(status: number): boolean {
  return status === 400 || status === 401 || status === 403 || status === 503
}

/** Answers with what says most, and all challenges. */
async function answerAll(c: Context, refusals: readonly Refusal[]): Promise<Response> {
  const [first, ...others] = refusals.toSorted((a, b) => rank(a) - rank(b))
  if (first === undefined) throw new TypeError('nobody was asked')
  const other = first instanceof BearerError ? await otherAnswer(c, first) : undefined
  if (other !== undefined) return other
  const challenges = new Set([first, ...others].map(challengeOf).filter((challenge) => challenge !== undefined))
  const { body, headers } = first instanceof BearerError ? first.answer : first
  setFields(c, headers)
  // A challenge asks for another credential, and nobody knows at a 503 whether that would help.
  if (first.status !== 503 && challenges.size > 0) c.header('www-authenticate', [...challenges].join(', '))
  return new Response(body, { status: first.status, headers: c.res.headers })
}

/** Who sent something and was refused for it comes before who sent nothing. */
function rank(refusal: Refusal): number {
  if (refusal.status !== 401) return [403, 503, 400].indexOf(refusal.status)
  return refusal instanceof BearerError && refusal.error !== undefined ? 3 : 4
}

function challengeOf(refusal: Refusal): string | undefined {
  if (!(refusal instanceof BearerError)) return refusal.headers.get('www-authenticate') ?? undefined
  return refusal.answer.headers.find(([name]) => name === 'www-authenticate')?.[1]
}
