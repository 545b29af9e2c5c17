import { AuthError } from '@auth/core'
import type { AppType } from 'accounts-hono'
import { type ClientResponse, hc } from 'hono/client'
import { type Missing, readMissing } from './missing.js'

/** The Accounts API lacks something that a person may be able to give. */
export class PermissionNeeded extends Error {
  override readonly name = 'PermissionNeeded'
  readonly missing: Missing

  constructor(missing: Missing) {
    super('the Accounts API refused')
    this.missing = missing
  }
}

/** The Accounts API does not take what was typed. */
export class InputRefused extends Error {
  override readonly name = 'InputRefused'
}

/** The Accounts API does not take the token any more. */
export class LoginNeeded extends Error {
  override readonly name = 'LoginNeeded'
}

/** The Accounts API could not answer. */
export class ApiUnavailable extends Error {
  override readonly name = 'ApiUnavailable'
}

/** The Accounts API, in the name of whoever the token stands for. */
export function accountsApi(url: string, token: () => Promise<string>) {
  return hc<AppType>(url, { headers: async () => ({ authorization: `Bearer ${await token()}` }) })
}

/** The Accounts API as one person may use it. */
export type AccountsApi = ReturnType<typeof accountsApi>

/** What an answer holds when all went well. */
type Content<R> = R extends ClientResponse<infer T, 200 | 201, string> ? T : never

/** What an answer holds; every refusal is an error that a page stands for. */
export async function contentOf<R extends ClientResponse<unknown>>(answer: Promise<R>): Promise<Content<R>> {
  const response = await answer.catch((cause: unknown) => {
    throw cause instanceof AuthError ? cause : new ApiUnavailable('the Accounts API cannot be reached', { cause })
  })
  // 200 and 201 are all that the API answers to what went well.
  if (response.ok) return (await response.json()) as Content<R>
  const missing = readMissing(response.headers.get('www-authenticate'))
  if (missing !== undefined) throw new PermissionNeeded(missing)
  if (response.status === 400) throw new InputRefused(await messageOf(response))
  if (response.status === 401) throw new LoginNeeded('the Accounts API does not take the token')
  throw new ApiUnavailable(`the Accounts API answered ${response.status}`)
}

async function messageOf(response: ClientResponse<unknown>): Promise<string> {
  const body: unknown = await response.json()
  const said = typeof body === 'object' && body !== null && 'message' in body ? body.message : undefined
  return typeof said === 'string' ? said : 'the Accounts API does not say why'
}
