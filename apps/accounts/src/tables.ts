import type { Fields } from './fields.js'

/** What is sent to create an entity, by resource. */
export interface Inputs {
  accounts: { readonly partyId: string; readonly name: string; readonly currency: string }
  transactions: {
    readonly accountId: string
    /** In minor units of the account's currency; negative when money leaves. */
    readonly amount: number
    readonly bookedOn: string
    readonly description: string
  }
  parties: { readonly name: string; readonly kind: 'person' | 'organisation'; readonly country: string }
  cards: {
    readonly accountId: string
    readonly holder: string
    readonly lastFour: string
    readonly expires: string
    readonly status: 'active' | 'blocked'
    /** What may be spent in a month, in minor units. */
    readonly monthlyLimit: number
  }
}

/** The four resources of the Accounts API. */
export type Resource = keyof Inputs

/** One entity as it is stored and answered. */
export type Entity<R extends Resource = Resource> = Inputs[R] & { readonly id: string }

/** How a resource is stored, and how its members are read: the same for what a caller sends and for a stored row. */
export interface Table<R extends Resource> {
  /** The SQL definition of each column. */
  readonly columns: Readonly<Record<keyof Inputs[R] & string, 'TEXT' | 'INTEGER' | `TEXT REFERENCES ${Resource}`>>
  readonly read: (fields: Fields) => Inputs[R]
  /** The row of another table that an entity names. */
  readonly refersTo?: ((input: Inputs[R]) => readonly [resource: Resource, id: string]) | undefined
}

export const tables: { readonly [R in Resource]: Table<R> } = {
  parties: {
    columns: { name: 'TEXT', kind: 'TEXT', country: 'TEXT' },
    read: (fields) => ({
      name: fields.text('name', 80),
      kind: fields.word('kind', ['person', 'organisation']),
      country: fields.matching('country', /^[A-Z]{2}$/, 'a country of ISO 3166-1, like NO'),
    }),
  },
  accounts: {
    columns: { partyId: 'TEXT REFERENCES parties', name: 'TEXT', currency: 'TEXT' },
    read: (fields) => ({
      partyId: fields.text('partyId', 64),
      name: fields.text('name', 80),
      currency: fields.matching('currency', /^[A-Z]{3}$/, 'a currency of ISO 4217, like EUR'),
    }),
    refersTo: ({ partyId }) => ['parties', partyId],
  },
  transactions: {
    columns: { accountId: 'TEXT REFERENCES accounts', amount: 'INTEGER', bookedOn: 'TEXT', description: 'TEXT' },
    read: (fields) => ({
      accountId: fields.text('accountId', 64),
      amount: fields.minorUnits('amount'),
      bookedOn: fields.matching('bookedOn', /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'a date like 2026-11-20'),
      description: fields.text('description', 140),
    }),
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
    read: (fields) => ({
      accountId: fields.text('accountId', 64),
      holder: fields.text('holder', 80),
      lastFour: fields.matching('lastFour', /^\d{4}$/, 'the last four digits of the card'),
      expires: fields.matching('expires', /^\d{4}-(0[1-9]|1[0-2])$/, 'a month like 2029-04'),
      status: fields.word('status', ['active', 'blocked']),
      monthlyLimit: fields.minorUnits('monthlyLimit'),
    }),
    refersTo: ({ accountId }) => ['accounts', accountId],
  },
}

/** The resources in an order in which each comes after what it refers to. */
export const resources: readonly Resource[] = ['parties', 'accounts', 'transactions', 'cards']

/** Whether a name from outside is that of a resource. */
export function isResource(name: string): name is Resource {
  return Object.hasOwn(tables, name)
}
