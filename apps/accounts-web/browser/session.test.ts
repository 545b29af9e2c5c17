import { expect, test } from 'vitest'
import { look } from './support/look.js'
import { heading, logIn, press, showWho } from './support/person.js'
import { launchBrowser, openWorld } from './support/world.js'

launchBrowser()

test('a session shows what it is, and never a token', async () => {
  const world = await openWorld()
  const page = await logIn(world, world.server.people.ada)
  await press(page, 'Session')
  await heading(page, 'Your session')
  await page.getByText('by itself, before it expires').waitFor()
  await page.getByText('a password', { exact: true }).waitFor()
  await look(page, '20-session')
  expect(await page.content()).not.toMatch(/eyJ/)
  const cookies = await page.context().cookies(world.url)
  const own = cookies.filter(({ domain }) => domain === '127.0.0.1')
  expect(own).toEqual([expect.objectContaining({ httpOnly: true, sameSite: 'Lax', path: '/' })])
  expect(own[0]?.value).not.toMatch(/eyJ/)
})

test('a token that becomes due while a page is open is renewed, and nobody notices', async () => {
  const world = await openWorld()
  world.server.lifetime = 600
  const page = await logIn(world, world.server.people.ada)
  await press(page, 'Session')
  const before = await page.locator('#token-expiry time').getAttribute('datetime')
  world.server.lifetime = 7200
  world.advance(595)
  await press(page, 'Accounts')
  await heading(page, 'Your accounts')
  await press(page, 'Session')
  await heading(page, 'Your session')
  const after = await page.locator('#token-expiry time').getAttribute('datetime')
  expect(Date.parse(after ?? '')).toBeGreaterThan(Date.parse(before ?? ''))
  expect(world.server.count('refresh')).toBe(1)
})

test('a session that nobody uses ends', async () => {
  const world = await openWorld()
  const page = await logIn(world, world.server.people.ada)
  world.advance(3601)
  await press(page, 'Session')
  await page.getByText('You are not logged in, or no longer').waitFor()
  await look(page, '21-session-over')
  // Still logged in at the authorization server, which asks nothing.
  await press(page, 'Log in')
  await heading(page, 'Your session')
})

test('logging out here and at the authorization server', async () => {
  const world = await openWorld()
  const { ada } = world.server.people
  const page = await logIn(world, ada)
  await press(page, 'Log out')
  await heading(page, 'Log out here, too?')
  await look(page, '22-log-out')
  await press(page, 'Log out')
  await page.getByText('You are logged out.').waitFor()
  await look(page, '23-logged-out')
  await press(page, 'Log in')
  await showWho(page, ada)
  await press(page, 'Allow')
  await heading(page, 'Your accounts')
})

test('logging out here only', async () => {
  const world = await openWorld()
  const page = await logIn(world, world.server.people.ada)
  await press(page, 'Log out')
  await press(page, 'Stay logged in')
  await page.getByText('You are logged out.').waitFor()
  await page.goto(`${world.url}/accounts`)
  await page.getByText('You are not logged in').waitFor()
})

test('logging out everywhere ends the sessions of other browsers', async () => {
  const world = await openWorld()
  const [here, there] = [await logIn(world, world.server.people.ada), await logIn(world, world.server.people.ada)]
  const somebodyElse = await logIn(world, world.server.people.ben)
  await press(here, 'Session')
  await press(here, 'Log out everywhere')
  await heading(here, 'Log out here, too?')
  await press(there, 'Session')
  await there.getByText('You are not logged in, or no longer').waitFor()
  await press(somebodyElse, 'Session')
  await heading(somebodyElse, 'Your session')
})
