import { z } from 'zod'
import type { Entity, Inputs, Resource } from './resources.js'

/** The shapes of a resource: what each API checks, and what its document and its clients say. */
export interface Schemas<R extends Resource> {
  /** What is sent to create one. Unknown members are refused rather than dropped in silence. */
  readonly input: z.ZodType<Inputs[R], Inputs[R]>
  readonly entity: z.ZodType<Entity<R>, Entity<R>>
  readonly list: z.ZodType<readonly Entity<R>[], readonly Entity<R>[]>
}

/** The shapes of the four resources. A message says what a member is, and never repeats its value. */
export const schemas: { readonly [R in Resource]: Schemas<R> } = {
  parties: shapes('Party', {
    name: text(80),
    kind: z.enum(['person', 'organisation'], { error: 'one of person, organisation' }),
    country: matching(/^[A-Z]{2}$/, 'a country of ISO 3166-1, like NO'),
  }),
  accounts: shapes('Account', {
    partyId: text(64),
    name: text(80),
    currency: matching(/^[A-Z]{3}$/, 'a currency of ISO 4217, like EUR'),
  }),
  transactions: shapes('Transaction', {
    accountId: text(64),
    amount: minorUnits(),
    bookedOn: matching(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'a date like 2026-11-20'),
    description: text(140),
  }),
  cards: shapes('Card', {
    accountId: text(64),
    holder: text(80),
    lastFour: matching(/^\d{4}$/, 'the last four digits of the card'),
    expires: matching(/^\d{4}-(0[1-9]|1[0-2])$/, 'a month like 2029-04'),
    status: z.enum(['active', 'blocked'], { error: 'one of active, blocked' }),
    monthlyLimit: minorUnits(),
  }),
}

/** What is said when something is refused that is no matter of tokens. */
export const said: z.ZodType<{ message: string }, { message: string }> = z
  .strictObject({ message: z.string() })
  .meta({ id: 'Said' })

function shapes<S extends z.ZodRawShape>(id: string, shape: S) {
  const known = Object.keys(shape).join(', ')
  const error: z.core.$ZodErrorMap = ({ code }) =>
    code === 'unrecognized_keys' ? `there is a member nobody knows; known are ${known}` : 'expected a JSON object'
  const entity = z.strictObject({ ...shape, id: z.string() }).meta({ id })
  return { input: z.strictObject(shape, { error }).meta({ id: `New${id}` }), entity, list: z.array(entity) }
}

/** A text without blanks around it. */
function text(longest: number): z.ZodString {
  const error = `a text of 1 to ${longest} characters, without blanks around it`
  return z
    .string({ error })
    .min(1, { error })
    .max(longest, { error })
    .regex(/^\S([\s\S]*\S)?$/, { error })
}

/** A text of a given form; `form` says which. */
function matching(pattern: RegExp, form: string): z.ZodString {
  return z.string({ error: form }).regex(pattern, { error: form }).describe(form)
}

/** An amount in minor units (cents), an integer: a fraction of a cent does not exist. */
function minorUnits(): z.ZodInt {
  const form = 'an integer, in minor units: 1250 means 12.50'
  return z.int({ error: form }).describe(form)
}
