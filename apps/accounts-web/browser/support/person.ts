import type { TestPerson } from '@auth/testing'
import type { Page } from 'playwright-core'
import { arrive, type World } from './world.js'

/** Presses a button or follows a link, and waits for the page it leads to. */
export async function press(page: Page, name: string): Promise<void> {
  await page
    .getByRole('button', { name, exact: true })
    .or(page.getByRole('link', { name, exact: true }))
    .click()
}

/** Fills in the login page of the authorization server. */
export async function showWho(page: Page, { username, password, code }: TestPerson): Promise<void> {
  const name = page.getByLabel('User name')
  if (await name.isEditable()) await name.fill(username)
  await page.getByLabel('Password').fill(password)
  const field = page.getByLabel('One-time code')
  if (await field.isVisible()) await field.fill(code)
  await page.getByRole('button').first().click()
}

/** Logs in from the start of the app to the accounts, in a browser of its own. */
export async function logIn(world: World, person: TestPerson): Promise<Page> {
  const page = await arrive(world)
  await press(page, 'Log in')
  await showWho(page, person)
  await press(page, 'Allow')
  await heading(page, 'Your accounts')
  return page
}

/** Waits until the page has this heading. */
export async function heading(page: Page, name: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
}
