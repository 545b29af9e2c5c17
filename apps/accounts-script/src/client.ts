import { AuthError, createTokenClient } from '@auth/core'
import { portx } from '@auth/core/profiles'

// PORTX_CLIENT_ID=… PORTX_CLIENT_SECRET=… ACCOUNTS_URL=http://127.0.0.1:3000 node dist/client.js
const { ACCOUNTS_URL = 'http://127.0.0.1:3000', PORTX_BASE, PORTX_CLIENT_ID, PORTX_CLIENT_SECRET } = process.env

const client = createTokenClient({
  profile: portx({ base: PORTX_BASE }),
  clientId: PORTX_CLIENT_ID,
  clientSecret: PORTX_CLIENT_SECRET,
  scope: 'accounts:read',
  allowedOrigins: [new URL(ACCOUNTS_URL).origin],
})

try {
  const response = await client.fetch(new URL('/accounts', ACCOUNTS_URL))
  console.log(response.status, await response.text())
} catch (error) {
  if (!(error instanceof AuthError)) throw error
  // Its message holds neither a secret nor a token.
  console.error(`${error.code}: ${error.message}`)
  process.exitCode = 1
} finally {
  client.close()
}
