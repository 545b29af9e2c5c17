import type { TokenClient } from '@auth/core'
import createFetchClient, { type Client } from 'openapi-fetch'
import type { paths } from './generated/api.js'

/** The Accounts API over HTTP: what is sent and what comes back is typed as its OpenAPI document says. */
export type AccountsClient = Client<paths>

/**
 * A typed client of the Accounts API, on whatever framework it runs.
 *
 * @param baseUrl where the API is; its origin is among the token client's `allowedOrigins`.
 * @param tokens whose `fetch` adds the token, and renews it once when the API refuses it.
 * @example
 * const { data, error } = await createAccountsClient('https://api.example.com', tokens).GET('/accounts')
 */
export function createAccountsClient(baseUrl: string, tokens: Pick<TokenClient, 'fetch'>): AccountsClient {
  return createFetchClient<paths>({ baseUrl, fetch: (request) => tokens.fetch(request) })
}
