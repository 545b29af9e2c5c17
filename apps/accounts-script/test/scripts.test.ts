import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { RunningApi } from 'accounts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listAccounts } from '../src/client.js'
import { start } from '../src/index.js'
import { type Issuer, startIssuer } from './support/issuer.js'

const audience = 'https://api.example.test'

let issuer: Issuer
let api: RunningApi

beforeAll(async () => {
  issuer = await startIssuer(audience)
  api = await start({ env: environment() })
})

afterAll(async () => {
  await api.close()
  await issuer.close()
})

function environment(): Record<string, string> {
  return { AUTH_ISSUER: issuer.url, AUTH_AUDIENCE: audience, AUTH_JWKS_URI: issuer.jwksUri }
}

/** Runs a script as built, in a process of its own. */
function launch(script: string, env: Record<string, string>) {
  const path = fileURLToPath(new URL(`../dist/${script}.js`, import.meta.url))
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', path], { env })
}

async function runClient(change: Record<string, string>): Promise<{ code: unknown; out: string; error: string }> {
  const script = launch('client', {
    ACCOUNTS_URL: api.url,
    PORTX_BASE: issuer.url,
    PORTX_CLIENT_ID: issuer.clientId,
    PORTX_CLIENT_SECRET: issuer.clientSecret,
    ...change,
  })
  const [out, error, [code]] = await Promise.all([text(script.stdout), text(script.stderr), once(script, 'exit')])
  return { code, out, error }
}

test('the client gets a token and lists the accounts', async () => {
  const { code, out, error } = await runClient({})
  expect({ code, error }).toEqual({ code: 0, error: '' })
  expect(out).toMatch(/^200 \[\{.*"id":"account-1"/)
})

test('the client can be called by a program, too', async () => {
  const response = await listAccounts({
    ACCOUNTS_URL: api.url,
    PORTX_BASE: issuer.url,
    PORTX_CLIENT_ID: issuer.clientId,
    PORTX_CLIENT_SECRET: issuer.clientSecret,
  })
  expect(response.status).toBe(200)
  expect(await response.json()).toHaveLength(3)
})

test('the client says why it gets no token, and shows no secret', async () => {
  const { code, out, error } = await runClient({ PORTX_CLIENT_SECRET: 'planted-and-wrong' })
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(error).toMatch(/^invalid_client: /)
  expect(error).not.toContain('planted-and-wrong')
})

test.for<[Record<string, string>, string | RegExp]>([
  [{ PORTX_CLIENT_ID: '' }, 'PORTX_CLIENT_ID is not set'],
  [{ PORTX_CLIENT_SECRET: '' }, 'PORTX_CLIENT_SECRET is not set'],
  [{ PORTX_BASE: 'http://as.example.com' }, 'https'],
  [{ ACCOUNTS_URL: 'here' }, 'Invalid URL'],
])('the client says what is wrong with %j', async ([change, message]) => {
  const { code, out, error } = await runClient(change)
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(error).toMatch(message)
  expect(error.trimEnd().split('\n')).toHaveLength(1)
})

test('the API says where it is, and stops when it is told to', async () => {
  const script = launch('main', { ...environment(), PORT: '0' })
  const exited = once(script, 'exit')
  const [line] = await once(script.stdout, 'data')
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(String(line))?.[0]
  expect((await fetch(`${url}/health`)).status).toBe(200)
  script.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
})
