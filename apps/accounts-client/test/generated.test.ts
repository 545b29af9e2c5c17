import { start } from 'accounts-nestjs'
import openapi, { astToString } from 'openapi-typescript'
import { expect, test } from 'vitest'

/** Nobody is asked: a document is made of the code alone. */
const env = {
  AUTH_ISSUER: 'https://as.example.com',
  AUTH_AUDIENCE: 'https://api.example.com',
  AUTH_JWKS_URI: 'http://127.0.0.1:9/jwks',
  LOG_LEVEL: 'silent',
}

test('the types are those of the document of today: pnpm --filter accounts-client generate', async () => {
  const api = await start({ env })
  const types = await openapi(new URL('/docs-json', api.url), { immutable: true })
  await api.close()
  await expect(`// Generated from the API's document.\n\n${astToString(types)}`).toMatchFileSnapshot(
    '../src/generated/api.ts',
  )
})
