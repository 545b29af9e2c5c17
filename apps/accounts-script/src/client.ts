import { createTokenClient, TokenRequestError } from '@auth/core'
import { portx } from '@auth/core/profiles'
import type { Environment } from 'accounts'

/**
 * Gets a token from PortX and lists the accounts, from the environment:
 *
 * - `PORTX_CLIENT_ID`, `PORTX_CLIENT_SECRET`. Required.
 * - `PORTX_BASE`: the authorization server. @default https://auth.portx.io
 * - `ACCOUNTS_URL`: the API. @default http://127.0.0.1:3000
 *
 * @throws TokenRequestError when there is no token; TypeError when a variable is missing or wrong.
 */
export async function listAccounts(env: Environment): Promise<Response> {
  const api = new URL('/accounts', env.ACCOUNTS_URL ?? 'http://127.0.0.1:3000')
  const client = createTokenClient({
    profile: portx({ base: env.PORTX_BASE }),
    clientId: required(env, 'PORTX_CLIENT_ID'),
    clientSecret: required(env, 'PORTX_CLIENT_SECRET'),
    scope: 'accounts:read',
    allowedOrigins: [api.origin],
  })
  try {
    return await client.fetch(api)
  } finally {
    client.close()
  }
}

function required(env: Environment, name: string): string {
  const value = env[name]
  if (value === undefined || value === '') throw new TypeError(`${name} is not set`)
  return value
}

if (import.meta.main) {
  try {
    const response = await listAccounts(process.env)
    console.log(response.status, await response.text())
  } catch (error) {
    // These messages hold neither a secret nor a token.
    if (error instanceof TokenRequestError) console.error(`${error.code}: ${error.message}`)
    else if (error instanceof TypeError) console.error(error.message)
    else throw error
    process.exitCode = 1
  }
}
