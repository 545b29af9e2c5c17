import type { Inputs, Resource } from './resources.js'

/** How a resource is stored. */
export interface Table<R extends Resource> {
  /** The SQL definition of each column. */
  readonly columns: Readonly<Record<keyof Inputs[R] & string, 'TEXT' | 'INTEGER' | `TEXT REFERENCES ${Resource}`>>
  /** The row of another table that an entity names. */
  readonly refersTo?: ((input: Inputs[R]) => readonly [resource: Resource, id: string]) | undefined
}

export const tables: { readonly [R in Resource]: Table<R> } = {
  parties: {
    columns: { name: 'TEXT', kind: 'TEXT', country: 'TEXT' },
  },
  accounts: {
    columns: { partyId: 'TEXT REFERENCES parties', name: 'TEXT', currency: 'TEXT' },
    refersTo: ({ partyId }) => ['parties', partyId],
  },
  transactions: {
    columns: { accountId: 'TEXT REFERENCES accounts', amount: 'INTEGER', bookedOn: 'TEXT', description: 'TEXT' },
    refersTo: ({ accountId }) => ['accounts', accountId],
  },
  cards: {
    columns: {
      accountId: 'TEXT REFERENCES accounts',
      holder: 'TEXT',
      lastFour: 'TEXT',
      expires: 'TEXT',
      status: 'TEXT',
      monthlyLimit: 'INTEGER',
    },
    refersTo: ({ accountId }) => ['accounts', accountId],
  },
}
