import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { look } from './support/look.js'
import { heading, logIn, press, showWho } from './support/person.js'
import { launchBrowser, openWorld } from './support/world.js'

launchBrowser()

const allowed = async (page: Page): Promise<string[]> =>
  await page.getByRole('listitem').getByRole('code').allTextContents()

async function openAccount(page: Page, name: string): Promise<void> {
  await press(page, 'Open an account')
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Currency').selectOption('EUR')
  await press(page, 'Open the account')
}

test('a forbidden action says why, and consent to the missing scope is enough', async () => {
  const world = await openWorld()
  const page = await logIn(world, world.server.people.ada)
  await openAccount(page, 'Holiday')
  await heading(page, 'This app may not do that yet')
  await page.getByText('Create and modify accounts').waitFor()
  await look(page, '10-forbidden')

  await press(page, 'Give this permission')
  await heading(page, 'Allow Sample Bank?')
  expect(await allowed(page)).toEqual(['accounts:write'])
  await look(page, '11-incremental-consent')
  await press(page, 'Allow')

  await heading(page, 'Open an account')
  expect(await page.getByLabel('Name').inputValue()).toBe('Holiday')
  expect(await page.getByLabel('Currency').inputValue()).toBe('EUR')
  await look(page, '12-open-an-account')
  await press(page, 'Open the account')
  await page.getByText('The account “Holiday” is open.').waitFor()
})

test('who may not give a permission is told so', async () => {
  const world = await openWorld()
  const page = await logIn(world, world.server.people.ben)
  await openAccount(page, 'Holiday')
  await press(page, 'Give this permission')
  await page.getByText('Not yours to give: Create and modify accounts').waitFor()
  await look(page, '13-not-yours-to-give')
  await press(page, 'Go on without')
  await press(page, 'Open the account')
  await heading(page, 'This app was not given that')
  await look(page, '14-not-granted')
  await press(page, 'Not now')
  await heading(page, 'Your accounts')
})

test('who says no to more keeps what they had', async () => {
  const world = await openWorld()
  const page = await logIn(world, world.server.people.ada)
  await openAccount(page, 'Holiday')
  await press(page, 'Give this permission')
  await press(page, 'Deny')
  await heading(page, 'You said no')
  await press(page, 'Go on')
  await heading(page, 'Open an account')
})

test('a card takes a login with a code, and a recent one (RFC 9470)', async () => {
  const world = await openWorld()
  const { ada } = world.server.people
  const page = await logIn(world, ada)
  await press(page, 'Cards')
  await heading(page, 'This app may not do that yet')
  await press(page, 'Give this permission')
  await press(page, 'Allow')
  await heading(page, 'Your cards')
  await look(page, '15-cards')

  await press(page, 'Order a card')
  await page.getByLabel('Name on the card').fill('Ada Lind')
  await press(page, 'Order the card')
  await page.getByText('Issue and manage cards').waitFor()
  await press(page, 'Give this permission')
  await press(page, 'Allow')

  await press(page, 'Order the card')
  await heading(page, 'Confirm that it is you')
  await look(page, '16-step-up')
  await press(page, 'Confirm')
  await page.getByLabel('One-time code').waitFor()
  await look(page, '17-one-time-code')
  await showWho(page, ada)

  await heading(page, 'Order a card')
  expect(await page.getByLabel('Name on the card').inputValue()).toBe('Ada Lind')
  await look(page, '18-order-a-card')
  await press(page, 'Order the card')
  await page.getByText(/^The card that ends in \d{4} is on its way\.$/).waitFor()
})
