import type { Entity, Resource } from './resources.js'

/** A little data, so that a fresh store has something to answer. */
export const seed: { readonly [R in Resource]: readonly Entity<R>[] } = {
  parties: [
    { id: 'party-1', name: 'Ada Lind', kind: 'person', country: 'NO' },
    { id: 'party-2', name: 'Fjordbruket AS', kind: 'organisation', country: 'NO' },
  ],
  accounts: [
    { id: 'account-1', partyId: 'party-1', name: 'Everyday', currency: 'NOK' },
    { id: 'account-2', partyId: 'party-1', name: 'Savings', currency: 'EUR' },
    { id: 'account-3', partyId: 'party-2', name: 'Operations', currency: 'NOK' },
  ],
  transactions: [
    { id: 'transaction-1', accountId: 'account-1', amount: 4_250_000, bookedOn: '2026-11-01', description: 'Salary' },
    { id: 'transaction-2', accountId: 'account-1', amount: -18_950, bookedOn: '2026-11-03', description: 'Groceries' },
    { id: 'transaction-3', accountId: 'account-3', amount: -990_000, bookedOn: '2026-11-04', description: 'Rent' },
  ],
  cards: [
    {
      id: 'card-1',
      accountId: 'account-1',
      holder: 'Ada Lind',
      lastFour: '4021',
      expires: '2029-04',
      status: 'active',
      monthlyLimit: 2_000_000,
    },
  ],
}
