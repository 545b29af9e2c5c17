import { scopes } from 'accounts'
import type { JSX } from 'hono/jsx/jsx-runtime'
import { describe, expect, test } from 'vitest'
import { AccountPage, AccountsPage } from '../src/pages/accounts.js'
import { CardsPage, NewCardPage } from '../src/pages/cards.js'
import { HomePage } from '../src/pages/home.js'
import { MessagePage } from '../src/pages/message.js'
import { NewAccountPage } from '../src/pages/new-account.js'
import { RefusedPage } from '../src/pages/refused.js'
import { SessionPage } from '../src/pages/session.js'

const viewer = { name: '<b>Ada</b>' }
const account = { id: 'account-1', partyId: 'party-1', name: '<i>Everyday</i>', currency: 'NOK' }
const transactions = [
  { id: 't-1', accountId: 'account-1', amount: 4_250_000, bookedOn: '2026-11-01', description: '<u>Salary</u>' },
  { id: 't-2', accountId: 'account-1', amount: -18_950, bookedOn: '2026-11-03', description: 'Groceries' },
  { id: 't-3', accountId: 'account-2', amount: -1, bookedOn: '2026-11-03', description: 'Of another account' },
]
const card = {
  id: 'card-1',
  accountId: 'account-1',
  holder: '<s>Ada</s>',
  lastFour: '4021',
  expires: '2029-04',
  status: 'active',
  monthlyLimit: 1,
} as const
const way = { viewer, remedyPath: '/login', backPath: '/accounts', asked: false }
const session = {
  viewer,
  now: 1000,
  subject: 'ada',
  kind: undefined,
  authenticatedAt: undefined,
  createdAt: 900,
  idleUntil: 1000 + 30 * 60,
  absoluteUntil: 1000 + 8 * 3600,
  token: { expiresAt: 1090, renewable: true },
  scopes: scopes.names.map((name) => ({ name, description: scopes.scopes[name], granted: name === 'cards:read' })),
}

const pages: Readonly<Record<string, JSX.Element>> = {
  home: <HomePage loginPath="/login" notice="logged-out" />,
  accounts: <AccountsPage {...{ viewer, accounts: [account], transactions, opened: '<i>Holiday</i>' }} />,
  account: <AccountPage {...{ viewer, account, transactions }} />,
  'new account': <NewAccountPage viewer={viewer} name={'"><script>'} error="<name>" />,
  cards: <CardsPage viewer={viewer} cards={[card]} issued="4021" />,
  'new card': <NewCardPage viewer={viewer} accounts={[account]} holder={'"><script>'} error="<holder>" />,
  'missing scopes': <RefusedPage {...way} missing={{ kind: 'scopes', scopes: ['accounts:write', '<b>'] }} />,
  'missing login': <RefusedPage {...way} missing={{ kind: 'login', acrValues: [], maxAge: 300 }} />,
  session: <SessionPage {...session} />,
  message: <MessagePage title="<b>" text="<b>" next={{ path: '/', words: '<b>' }} viewer={viewer} />,
}

describe.for(Object.entries(pages))('%s', ([, page]) => {
  const html = String(page)

  test('has one heading, one main place to skip to, a title and a language', () => {
    expect(html.match(/<h1>/g)).toHaveLength(1)
    expect(html.match(/<main id="content"/g)).toHaveLength(1)
    expect(html).toContain('<a class="skip" href="#content">')
    expect(html).toMatch(/^<html lang="en">.*<title>.+ · Sample Bank<\/title>/)
  })

  test('writes nothing from outside as HTML, and needs no script', () => {
    expect(html).not.toMatch(/<(b|i|u|s|script|name|holder)>/)
    expect(html).not.toMatch(/ on\w+="|javascript:/)
  })

  test('gives each field a label', () => {
    for (const [, id] of html.matchAll(/<(?:input|select) id="(\w+)"/g)) expect(html).toContain(`<label for="${id}">`)
  })
})

test('a balance is the sum of the account’s own transactions', () => {
  expect(String(pages.account)).toContain('NOK\u00a042,310.50')
})

test('what is missing is said in words, and whether it was asked for already', () => {
  expect(String(pages['missing scopes'])).toContain('Create and modify accounts <code>accounts:write</code>')
  expect(String(pages['missing login'])).toContain('not older than 5 minutes')
  const missing = { kind: 'scopes', scopes: ['accounts:write'] } as const
  expect(String(<RefusedPage {...way} missing={missing} asked={true} />)).toContain('did not grant it')
})

test('lifetimes are in words', () => {
  const html = String(pages.session)
  expect(html).toContain('in 90 seconds')
  expect(html).toContain('in 30 minutes')
  expect(html).toContain('in 8 hours')
  expect(html.match(/ not granted/g)).toHaveLength(7)
})
