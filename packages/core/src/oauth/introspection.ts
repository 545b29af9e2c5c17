import { type JsonObject, own } from '../json.js'
import { parseStrictJsonObject } from '../strict-json.js'
import { until } from '../until.js'
import type { ClientAuthentication, ClientAuthParts } from './client-authentication.js'
import { exchange, type TransportAnswer, TransportFailure, type TransportRequest } from './transport.js'

const maxBytes = 512 * 1024

/** One question to an authorization server about a token. */
export interface IntrospectionRequest {
  readonly endpoint: URL
  readonly clientId: string
  readonly authentication: ClientAuthentication
  /** Writes the request with what the client authenticates by. */
  readonly write: (parts: ClientAuthParts) => TransportRequest
  readonly fetch: typeof globalThis.fetch
  /** Seconds for the client authentication and the exchange together. */
  readonly timeout: number
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/**
 * An introspection endpoint did not say whether a token is active. Internal; the message quotes nothing that was sent
 * or received.
 */
export class IntrospectionFailure extends Error {
  override readonly name = 'IntrospectionFailure'
  /** The HTTP status, where that was what is wrong. */
  readonly status: number | undefined
  /** Seconds, where the server said when to come again. */
  readonly retryAfter: number | undefined

  constructor(message: string, status?: number, retryAfter?: number) {
    super(message)
    this.status = status
    this.retryAfter = retryAfter
  }
}

/**
 * Asks an authorization server about a token (RFC 7662 §2.1), once more where it refuses the client and there is another
 * secret to try.
 *
 * @returns the answer, whatever its status.
 * @throws TransportFailure when there is none.
 */
export async function askIntrospection(request: IntrospectionRequest): Promise<TransportAnswer> {
  const endsAt = performance.now() + request.timeout * 1000
  const first = await ask(request, endsAt)
  const again = first.answer.status === 401 && (await within(endsAt, hasNext(request.authentication, first.parts)))
  return again ? (await ask(request, endsAt)).answer : first.answer
}

interface Asked {
  readonly parts: ClientAuthParts
  readonly answer: TransportAnswer
}

/** @param endsAt by `performance.now` */
async function ask(request: IntrospectionRequest, endsAt: number): Promise<Asked> {
  const { clientId, endpoint, authentication, fetch, now } = request
  const parts = await within(endsAt, authentication.authenticate({ clientId, endpoint, basicEncoding: 'form', now }))
  const limits = { fetch, timeout: left(endsAt) / 1000, maxBytes }
  return { parts, answer: await exchange(request.write(parts), limits) }
}

/** Whether there is another secret to try, a list's next one for instance. */
async function hasNext(authentication: ClientAuthentication, refused: ClientAuthParts): Promise<boolean> {
  return (await authentication.next?.(refused)) === true
}

/** A secret may come from a vault that hangs. @throws TransportFailure */
async function within<T>(endsAt: number, work: Promise<T>): Promise<T> {
  const deadline = AbortSignal.timeout(Math.ceil(left(endsAt)))
  try {
    return await until(work, deadline)
  } catch (error) {
    throw deadline.aborted && error === deadline.reason ? new TransportFailure('timeout', false) : error
  }
}

/** Milliseconds. */
function left(endsAt: number): number {
  return Math.max(0, endsAt - performance.now())
}

/**
 * Reads a JSON answer (RFC 7662 §2.2).
 *
 * @returns the object; `undefined` for other JSON, or an object that could be read in two ways.
 * @throws IntrospectionFailure when it is no JSON.
 */
export function readJsonAnswer(body: Uint8Array): JsonObject | undefined {
  const object = parseStrictJsonObject(body)
  if (object === undefined && !isJson(body)) throw new IntrospectionFailure('introspection was not answered with JSON')
  return object
}

/** Whether an answer says that the token is active: `true`, neither `"true"` nor 1 (RFC 7662 §2.2). */
export function isActive(answer: JsonObject): boolean {
  return own(answer, 'active') === true
}

/** @throws IntrospectionFailure for a status that says nothing about the token. */
export function checkStatus({ status, headers }: TransportAnswer, success: readonly number[] = [200]): void {
  if (success.includes(status)) return
  throw new IntrospectionFailure(`introspection was answered with ${status}`, status, retryAfterOf(headers))
}

function isJson(body: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder().decode(body))
    return true
  } catch {
    return false
  }
}

function retryAfterOf(headers: Headers): number | undefined {
  const seconds = /^\d{1,6}$/.exec(headers.get('retry-after') ?? '')?.[0]
  return seconds === undefined ? undefined : Number(seconds)
}
