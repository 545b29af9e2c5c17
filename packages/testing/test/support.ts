import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { createRemoteJWKSet, type JWTPayload, jwtVerify, type ProtectedHeaderParameters } from 'jose'
import { expect } from 'vitest'
import type { Doorway, TestCredentials } from '../src/index.js'

/** An answer as it came over the wire. */
export interface Seen {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** Sends exactly these fields and bytes. */
export async function send(
  method: string,
  url: string,
  headers: Readonly<Record<string, string>> = {},
  body?: string,
): Promise<Seen> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request(url, { method, headers: { ...headers }, agent: false }, resolve)
    outgoing.on('error', reject).end(body)
  })
  return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) }
}

/** Sends JSON with its length. */
export function sendJson(
  method: string,
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Seen> {
  const bytes = JSON.stringify(body)
  const own = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(bytes)) }
  return send(method, url, { ...own, ...headers }, bytes)
}

/** Sends a form by POST. */
export function sendForm(
  url: string,
  form: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Seen> {
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  return send('POST', url, { ...type, ...headers }, String(new URLSearchParams(form)))
}

/** HTTP Basic as RFC 6749 §2.3.1 encodes it. */
export function formBasic({ clientId, clientSecret }: TestCredentials): { readonly authorization: string } {
  const encode = (value: string): string => String(new URLSearchParams({ v: value })).slice(2)
  return rawBasic({ clientId: encode(clientId), clientSecret: encode(clientSecret) })
}

/** HTTP Basic of the plain values. */
export function rawBasic({ clientId, clientSecret }: TestCredentials): { readonly authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` }
}

/** The members of a JSON object. */
export function members(body: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(body)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('not a JSON object')
  return { ...value }
}

/** A member that has to be a string. */
export function textMember(body: string, name: string): string {
  const value = members(body)[name]
  if (typeof value !== 'string') throw new Error(`${name} is no string`)
  return value
}

/** What introspection says. */
export async function introspect(doorway: Doorway, token: string): Promise<Readonly<Record<string, unknown>>> {
  const { status, body } = await sendForm(doorway.introspectionEndpoint, { token }, formBasic(doorway.resourceServer))
  expect(status).toBe(200)
  return members(body)
}

/** The header and claims of a JWT, once jose has verified it against the keys the doorway publishes. */
export async function verified(
  doorway: Doorway,
  token: string,
): Promise<{ readonly header: ProtectedHeaderParameters; readonly claims: JWTPayload }> {
  const { protectedHeader, payload } = await jwtVerify(token, createRemoteJWKSet(new URL(doorway.jwksUri)), {
    issuer: doorway.issuer,
    audience: doorway.audience,
    algorithms: ['RS256'],
  })
  return { header: protectedHeader, claims: payload }
}
