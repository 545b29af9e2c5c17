import { processIntrospectionResponse } from 'oauth4webapi'
import type { JsonObject } from '../json.js'
import { parseStrictJsonObject } from '../strict-json.js'
import { until } from '../until.js'
import type { ClientAuthentication, ClientAuthParts } from './client-authentication.js'
import { exchange, type TransportAnswer, TransportFailure } from './transport.js'

const maxBytes = 512 * 1024

/** What an authorization server answered about a token. */
export interface IntrospectionAnswer {
  /** Set when it says that the token is active. */
  readonly claims: JsonObject | undefined
  /** Bytes of the answer. */
  readonly size: number
}

/** One question to an introspection endpoint (RFC 7662 §2.1). */
export interface IntrospectionRequest {
  readonly issuer: string
  readonly endpoint: URL
  readonly token: string
  readonly clientId: string
  readonly authentication: ClientAuthentication
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
 * Asks an authorization server about a token (RFC 7662 §2).
 *
 * @returns claims when the answer says that the token is active; whatever JSON does not say so in one unmistakable way
 * means that it is not.
 * @throws TransportFailure when there is no answer, {@link IntrospectionFailure} when it is not one to the question.
 */
export async function requestIntrospection(request: IntrospectionRequest): Promise<IntrospectionAnswer> {
  const endsAt = performance.now() + request.timeout * 1000
  const first = await ask(request, endsAt)
  const again = first.answer.status === 401 && (await within(endsAt, hasNext(request.authentication, first.parts)))
  const { answer } = again ? await ask(request, endsAt) : first
  if (answer.status !== 200) {
    const message = `introspection was answered with ${answer.status}`
    throw new IntrospectionFailure(message, answer.status, retryAfterOf(answer.headers))
  }
  return { claims: await readAnswer(request, answer.body), size: answer.body.byteLength }
}

interface Asked {
  readonly parts: ClientAuthParts
  readonly answer: TransportAnswer
}

/** @param endsAt by `performance.now` */
async function ask(request: IntrospectionRequest, endsAt: number): Promise<Asked> {
  const { clientId, endpoint, token, authentication, fetch, now } = request
  const parts = await within(endsAt, authentication.authenticate({ clientId, endpoint, basicEncoding: 'form', now }))
  const parameters = new URLSearchParams({ token, token_type_hint: 'access_token', ...parts.parameters })
  const headers = {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
    ...parts.headers,
  }
  const limits = { fetch, timeout: left(endsAt) / 1000, maxBytes }
  const body = parameters.toString()
  return { parts, answer: await exchange({ method: 'POST', url: endpoint, headers, body }, limits) }
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

async function readAnswer(
  { issuer, clientId }: IntrospectionRequest,
  body: Uint8Array,
): Promise<JsonObject | undefined> {
  const object = parseStrictJsonObject(body)
  if (object === undefined) {
    if (isJson(body)) return undefined
    throw new IntrospectionFailure('introspection was not answered with JSON')
  }
  if (!Object.hasOwn(object, 'active') || object.active !== true) return undefined
  try {
    const response = new Response(JSON.stringify(object), { headers: { 'content-type': 'application/json' } })
    await processIntrospectionResponse({ issuer }, { client_id: clientId }, response)
    return object
  } catch {
    // Its errors carry the whole answer.
    return undefined
  }
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
