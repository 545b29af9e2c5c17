import { test } from 'vitest'
import { look } from './support/look.js'
import { heading, logIn, press, showWho } from './support/person.js'
import { arrive, launchBrowser, openWorld } from './support/world.js'

launchBrowser()

test('two tabs log in at once', async () => {
  const world = await openWorld()
  const { ada } = world.server.people
  const first = await arrive(world)
  const second = await first.context().newPage()
  await second.goto(`${world.url}/session`)
  for (const tab of [first, second]) await press(tab, 'Log in')
  for (const tab of [first, second]) await tab.getByLabel('Password').waitFor()
  await showWho(first, ada)
  await press(first, 'Allow')
  await heading(first, 'Your accounts')
  await showWho(second, ada)
  await heading(second, 'Your session')
  await press(first, 'Session')
  await heading(first, 'Your session')
})

test('logging out in one tab is seen in the other', async () => {
  const world = await openWorld()
  const first = await logIn(world, world.server.people.ada)
  const second = await first.context().newPage()
  await second.goto(`${world.url}/accounts`)
  await heading(second, 'Your accounts')
  await press(first, 'Log out')
  await heading(first, 'Log out here, too?')
  await press(second, 'Cards')
  await second.getByText('You are not logged in, or no longer').waitFor()
})

test('going back after a login leads to no second one', async () => {
  const world = await openWorld()
  const page = await logIn(world, world.server.people.ada)
  await page.goBack()
  await heading(page, 'This page has had its day')
  await look(page, '30-back-to-the-login')
  await page.goto(`${world.url}/accounts`)
  await heading(page, 'Your accounts')
})

test('the address of a callback is good once', async () => {
  const world = await openWorld()
  const page = await arrive(world)
  const callback = page.waitForRequest((request) => request.url().includes('/auth/callback'))
  await press(page, 'Log in')
  await showWho(page, world.server.people.ada)
  await press(page, 'Allow')
  await heading(page, 'Your accounts')
  await page.goto((await callback).url())
  await heading(page, 'This login did not work')
  await look(page, '31-used-callback')
  await press(page, 'Go on')
  await heading(page, 'Your accounts')
})

test('going back after a logout shows no accounts', async () => {
  const world = await openWorld()
  const page = await logIn(world, world.server.people.ada)
  await press(page, 'Everyday')
  await page.getByRole('cell', { name: 'Groceries' }).waitFor()
  await press(page, 'Log out')
  await press(page, 'Log out')
  await page.getByText('You are logged out.').waitFor()
  await page.goBack()
  await page.goBack()
  await page.getByText('You are not logged in, or no longer').waitFor()
})
