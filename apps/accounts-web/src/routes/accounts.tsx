import { Hono } from 'hono'
import { contentOf, InputRefused } from '../api.js'
import { readForm } from '../form.js'
import { page } from '../page.js'
import { AccountPage, AccountsPage } from '../pages/accounts.js'
import { NewAccountPage } from '../pages/new-account.js'
import { pathTo } from '../paths.js'
import type { PersonEnv } from '../person.js'

/** Accounts: to look at, and to open. */
export const accountRoutes = new Hono<PersonEnv>()
  .get('/', async (c) => {
    const { viewer, api } = c.var.person
    const [accounts, transactions] = await Promise.all([
      contentOf(api.accounts.$get()),
      contentOf(api.transactions.$get()),
    ])
    const opened = accounts.find(({ id }) => id === c.req.query('opened'))?.name
    return page(c, <AccountsPage {...{ viewer, accounts, transactions, opened }} />)
  })
  .get('/new', (c) => {
    const { name, currency, asked } = c.req.query()
    return page(c, <NewAccountPage viewer={c.var.person.viewer} {...{ name, currency, asked }} />)
  })
  .post('/', async (c) => {
    const { viewer, api } = c.var.person
    const { name = '', currency = '', asked } = await readForm(c, ['name', 'currency', 'asked'])
    c.set('retryPath', pathTo('/accounts/new', { name, currency, asked }))
    const [first] = await contentOf(api.accounts.$get())
    try {
      const json = { partyId: first?.partyId ?? '', name, currency }
      const { id } = await contentOf(api.accounts.$post({ json }))
      return c.redirect(pathTo('/accounts', { opened: id }), 303)
    } catch (error) {
      if (!(error instanceof InputRefused)) throw error
      return page(c, <NewAccountPage {...{ viewer, name, currency, asked }} error={error.message} />, 400)
    }
  })
  .get('/:id', async (c) => {
    const { viewer, api } = c.var.person
    const [accounts, transactions] = await Promise.all([
      contentOf(api.accounts.$get()),
      contentOf(api.transactions.$get()),
    ])
    const account = accounts.find(({ id }) => id === c.req.param('id'))
    if (account === undefined) return c.notFound()
    return page(c, <AccountPage {...{ viewer, account, transactions }} />)
  })
