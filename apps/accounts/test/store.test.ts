import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { InvalidInput } from '../src/input.js'
import { isResource, type Resource, resources } from '../src/resources.js'
import { type AccountsStore, openStore } from '../src/store.js'

let store: AccountsStore

beforeEach(() => {
  store = openStore()
})

afterEach(() => {
  store.close()
})

const valid = {
  parties: { name: 'Nils Vik', kind: 'person', country: 'SE' },
  accounts: { partyId: 'party-1', name: 'Holiday', currency: 'EUR' },
  transactions: { accountId: 'account-1', amount: -1250, bookedOn: '2026-11-20', description: 'Coffee' },
  cards: {
    accountId: 'account-2',
    holder: 'Ada Lind',
    lastFour: '0007',
    expires: '2030-12',
    status: 'blocked',
    monthlyLimit: 50_000,
  },
} as const satisfies Record<Resource, object>

describe.for(resources)('%s', (resource) => {
  test('hold a little data from the start', () => {
    const [first] = store.list(resource)
    expect(first?.id).toMatch(/-1$/)
    expect(store.get(resource, first?.id ?? '')).toEqual(first)
  })

  test('take a new one, under an id of its own, at the end of the list', () => {
    const before = store.list(resource).length
    const created = store.create(resource, valid[resource])
    expect(created).toEqual({ ...valid[resource], id: expect.stringMatching(/^[0-9a-f-]{36}$/) })
    expect(store.list(resource).at(-1)).toEqual(created)
    expect(store.list(resource)).toHaveLength(before + 1)
    expect(store.get(resource, created.id)).toEqual(created)
  })

  test('know nothing of an id that does not exist', () => {
    expect(store.get(resource, "' OR 1=1 --")).toBeUndefined()
  })

  test.for([null, undefined, 7, 'text', [], {}, { ...valid[resource], id: 'mine' }])('refuse %j', (input) => {
    expect(() => store.create(resource, input)).toThrow(InvalidInput)
  })

  test('refuse each member when it is missing or an object', () => {
    const before = store.list(resource)
    for (const name of Object.keys(valid[resource])) {
      for (const wrong of [undefined, {}]) {
        expect(() => store.create(resource, { ...valid[resource], [name]: wrong }), name).toThrow(InvalidInput)
      }
    }
    expect(store.list(resource)).toEqual(before)
  })
})

describe('input', () => {
  test.for<[Resource, object, string]>([
    ['transactions', { amount: 12.5 }, 'amount is an integer, in minor units: 1250 means 12.50'],
    ['transactions', { amount: 2 ** 53 }, 'amount is an integer, in minor units: 1250 means 12.50'],
    ['transactions', { amount: '1250' }, 'amount is an integer, in minor units: 1250 means 12.50'],
    ['transactions', { bookedOn: '2026-13-01' }, 'bookedOn is a date like 2026-11-20'],
    ['transactions', { accountId: 'account-9' }, 'it refers to something that is not among accounts'],
    ['accounts', { currency: 'eur' }, 'currency is a currency of ISO 4217, like EUR'],
    ['accounts', { name: ' padded' }, 'name is a text of 1 to 80 characters, without blanks around it'],
    ['accounts', { name: 'n'.repeat(81) }, 'name is a text of 1 to 80 characters, without blanks around it'],
    ['parties', { kind: 'robot' }, 'kind is one of person, organisation'],
    ['parties', { iban: 'x' }, 'there is a member nobody knows; known are name, kind, country'],
    ['cards', { lastFour: '4111111111111111' }, 'lastFour is the last four digits of the card'],
  ])('of %s with %j: %s', ([resource, change, message]) => {
    expect(() => store.create(resource, { ...valid[resource], ...change })).toThrow(new InvalidInput(message))
  })
})

test.for(['constructor', '__proto__', 'toString', 'Accounts', ''])('%j is no resource', (name) => {
  expect(isResource(name)).toBe(false)
})

describe('a file', () => {
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'accounts-'))
  })

  afterEach(() => {
    rmSync(folder, { recursive: true })
  })

  test('keeps what was created and is filled once only', () => {
    const path = join(folder, 'accounts.db')
    const first = openStore(path)
    const created = first.create('parties', valid.parties)
    first.close()
    first.close()
    const second = openStore(path)
    expect(second.list('parties')).toHaveLength(3)
    expect(second.get('parties', created.id)).toEqual(created)
    second.close()
  })

  test('that other hands have changed is refused rather than answered', () => {
    const path = join(folder, 'accounts.db')
    openStore(path).close()
    const db = new DatabaseSync(path)
    db.exec("UPDATE parties SET country = 'Norway'")
    db.close()
    const changed = openStore(path)
    expect(() => changed.list('parties')).toThrow('a country of ISO 3166-1, like NO')
    // Its caller is not to blame.
    expect(() => changed.list('parties')).not.toThrow(InvalidInput)
    changed.close()
  })
})
