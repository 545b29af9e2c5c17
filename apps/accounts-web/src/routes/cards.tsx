import { randomInt } from 'node:crypto'
import { Hono } from 'hono'
import { contentOf, InputRefused } from '../api.js'
import { readForm } from '../form.js'
import { page } from '../page.js'
import { CardsPage, NewCardPage } from '../pages/cards.js'
import { pathTo } from '../paths.js'
import type { PersonEnv } from '../person.js'

/** Cards: to look at, and to order. */
export const cardRoutes = new Hono<PersonEnv>()
  .get('/', async (c) => {
    const { viewer, api } = c.var.person
    const cards = await contentOf(api.cards.$get())
    const issued = cards.find(({ id }) => id === c.req.query('issued'))?.lastFour
    return page(c, <CardsPage {...{ viewer, cards, issued }} />)
  })
  .get('/new', async (c) => {
    const { viewer, api } = c.var.person
    const { accountId, holder, asked } = c.req.query()
    const accounts = await contentOf(api.accounts.$get())
    return page(c, <NewCardPage {...{ viewer, accounts, accountId, holder, asked }} />)
  })
  .post('/', async (c) => {
    const { viewer, api } = c.var.person
    const { accountId = '', holder = '', asked } = await readForm(c, ['accountId', 'holder', 'asked'])
    c.set('retryPath', pathTo('/cards/new', { accountId, holder, asked }))
    try {
      const { id } = await contentOf(api.cards.$post({ json: { accountId, holder, ...freshCard() } }))
      return c.redirect(pathTo('/cards', { issued: id }), 303)
    } catch (error) {
      if (!(error instanceof InputRefused)) throw error
      const accounts = await contentOf(api.accounts.$get())
      return page(c, <NewCardPage {...{ viewer, accounts, accountId, holder, asked }} error={error.message} />, 400)
    }
  })

/** What a bank adds to an order. */
function freshCard() {
  const year = new Date().getUTCFullYear() + 3
  return {
    lastFour: String(randomInt(10_000)).padStart(4, '0'),
    expires: `${year}-12`,
    status: 'active',
    monthlyLimit: 2_000_000,
  } as const
}
