import { TokenRequestError } from '@auth/core'
import { listAccounts } from './client.js'

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
