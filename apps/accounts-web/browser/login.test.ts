import { describe, expect, test } from 'vitest'
import { look } from './support/look.js'
import { heading, logIn, press, showWho } from './support/person.js'
import { arrive, launchBrowser, openWorld } from './support/world.js'

launchBrowser()

describe('logging in', () => {
  test('works where another site posts the answer', async () => {
    const world = await openWorld({ responseMode: 'form_post' })
    const page = await arrive(world)
    await press(page, 'Log in')
    await showWho(page, world.server.people.ada)
    await press(page, 'Allow')
    // The page that posts has a button for browsers without JavaScript.
    await press(page, 'Continue')
    await heading(page, 'Your accounts')
  })

  test('leads to the accounts, and leaves nothing in the address', async () => {
    const world = await openWorld()
    const page = await arrive(world)
    await look(page, '01-welcome')
    await press(page, 'Log in')
    await look(page, '02-login')
    await showWho(page, world.server.people.ada)
    await look(page, '03-consent')
    await press(page, 'Allow')
    await heading(page, 'Your accounts')
    expect(page.url()).toBe(`${world.url}/accounts`)
    await page.getByText('Ada Lind').waitFor()
    await look(page, '04-accounts')
    await press(page, 'Everyday')
    await page.getByRole('cell', { name: 'Groceries' }).waitFor()
    await look(page, '05-account')
  })

  test('takes a keyboard only', async () => {
    const world = await openWorld()
    const { ada } = world.server.people
    const page = await arrive(world)
    const focused = page.locator(':focus')
    await page.keyboard.press('Tab')
    expect(await focused.textContent()).toContain('Skip to the content')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    expect(await focused.textContent()).toBe('Log in')
    await page.keyboard.press('Enter')
    await page.getByLabel('User name').waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.type(ada.username)
    await page.keyboard.press('Tab')
    await page.keyboard.type(ada.password)
    await page.keyboard.press('Enter')
    await heading(page, 'Allow Sample Bank?')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await heading(page, 'Your accounts')
  })

  test('with a wrong password does not, and can be tried again', async () => {
    const world = await openWorld()
    const { ada } = world.server.people
    const page = await arrive(world)
    await press(page, 'Log in')
    await showWho(page, { ...ada, password: 'wrong' })
    expect(await page.getByRole('alert').textContent()).toBe('The user name or the password is wrong.')
    await look(page, '06-wrong-password')
    await showWho(page, ada)
    await press(page, 'Allow')
    await heading(page, 'Your accounts')
  })

  test('without consent does not, and says so', async () => {
    const world = await openWorld()
    const page = await arrive(world)
    await press(page, 'Log in')
    await showWho(page, world.server.people.ada)
    await press(page, 'Deny')
    await heading(page, 'You said no')
    await look(page, '07-consent-denied')
    await press(page, 'Go on')
    await heading(page, 'Your accounts, at a glance')
  })

  test('goes on where somebody wanted to go', async () => {
    const world = await openWorld()
    const page = await arrive(world)
    await page.goto(`${world.url}/accounts/account-2`)
    await page.getByText('You are not logged in').waitFor()
    await press(page, 'Log in')
    await showWho(page, world.server.people.ben)
    await press(page, 'Allow')
    await heading(page, 'Savings')
  })
})

test('what does not exist has a page, too', async () => {
  const world = await openWorld()
  const page = await logIn(world, world.server.people.ada)
  await page.goto(new URL('/accounts/none', page.url()).href)
  await heading(page, 'There is no such page')
  await look(page, '08-not-found')
})
