import { createUserAgent, type TestPerson, type UserAgent } from '@auth/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Everything, startEverything } from '../src/everything.js'

let world: Everything

beforeAll(async () => {
  world = await startEverything()
})

afterAll(() => world.close())

/** Logs in without a window. */
async function logIn(person: TestPerson, path = '/login'): Promise<UserAgent> {
  const agent = createUserAgent()
  const start = await agent.fetch(world.url + path)
  const { url } = await agent.logIn(start.headers.get('location') ?? '', { person })
  await agent.fetch(url)
  return agent
}

function send(agent: UserAgent, path: string, fields: Record<string, string>, headers = {}): Promise<Response> {
  const own = { origin: world.url, 'sec-fetch-site': 'same-origin', ...headers }
  return agent.fetch(world.url + path, { method: 'POST', body: new URLSearchParams(fields), headers: own })
}

describe('who is not logged in', () => {
  test.for(['/accounts', '/accounts/account-1', '/accounts/new', '/cards', '/cards/new', '/session'])(
    'is sent from %s to the start, which leads back',
    async (path) => {
      const response = await createUserAgent().fetch(world.url + path)
      expect([response.status, response.headers.get('location')]).toEqual([303, `/?next=${encodeURIComponent(path)}`])
    },
  )

  test.for(['//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)'])(
    'is not led to %s',
    async (next) => {
      const target = encodeURIComponent(next)
      const start = await createUserAgent().fetch(`${world.url}/login?next=${target}`)
      expect([start.status, start.headers.get('location')]).toEqual([400, null])
      expect(await start.text()).toContain('<h1>This login did not work</h1>')
      expect(start.headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(start.headers.get('cache-control')).toBe('no-store')
      const agent = await logIn(world.server.people.ben)
      expect((await agent.fetch(`${world.url}/?next=${target}`)).headers.get('location')).toBe('/accounts')
    },
  )
})

describe('a page', () => {
  test('is for one person and one look, and takes nothing from elsewhere', async () => {
    const agent = await logIn(world.server.people.ada)
    const { status, headers } = await agent.fetch(`${world.url}/accounts`)
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store'])
    const policy = headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('script')
  })

  test('of another site can do nothing in a person’s name', async () => {
    const agent = await logIn(world.server.people.ada, '/login?scope=accounts:write')
    const form = { name: 'Theirs', currency: 'EUR' }
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }]) {
      const forged = await send(agent, '/accounts', form, { origin: 'https://evil.example', ...headers })
      expect(forged.headers.get('location')).toBe('/?next=%2Faccounts')
      expect((await send(agent, '/auth/logout', {}, { origin: 'https://evil.example', ...headers })).status).toBe(403)
    }
    expect(await (await agent.fetch(`${world.url}/accounts`)).text()).not.toContain('Theirs')
    expect((await send(agent, '/accounts', form)).headers.get('location')).toMatch(/^\/accounts\?opened=/)
    expect(await (await agent.fetch(`${world.url}/accounts`)).text()).toContain('Theirs')
  })

  test('of a login that failed says to nobody where it was', async () => {
    const answer = await createUserAgent().fetch(`${world.url}/auth/callback?code=planted&state=planted`)
    expect([answer.status, answer.headers.get('referrer-policy')]).toEqual([400, 'no-referrer'])
    expect(await answer.text()).not.toMatch(/planted|<form/)
  })

  test('says that a form is too long', async () => {
    const answer = await send(createUserAgent(), '/accounts', { name: 'a'.repeat(70_000) })
    expect([answer.status, await answer.text()]).toEqual([413, expect.stringContaining('<h1>That is too long</h1>')])
  })

  test('says what the API did not accept, and keeps what was typed', async () => {
    const agent = await logIn(world.server.people.ada, '/login?scope=accounts:write')
    const answer = await send(agent, '/accounts', { name: 'Holiday', currency: 'eur' })
    const text = await answer.text()
    expect(answer.status).toBe(400)
    expect(text).toContain('currency is a currency of ISO 4217, like EUR')
    expect(text).toContain('value="Holiday"')
  })
})

test('an API that is away is a page, and no reason to log in again', async () => {
  const agent = await logIn(world.server.people.ada)
  await world.api.close()
  const answer = await agent.fetch(`${world.url}/accounts`)
  expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining('Please try again')])
})
