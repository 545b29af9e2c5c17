import type { Answer } from './answer.js'

/** Who calls: the token client itself, or somebody with a token that is wrong in one way. */
export type Caller =
  | 'client'
  | 'nobody'
  | 'garbage'
  | 'expired'
  | 'wrongAudience'
  | 'wrongIssuer'
  /** Only where tokens are opaque: a JWT that was revoked is good until it expires. */
  | 'revoked'

/** Lists the accounts, which asks for `accounts:read`, or creates one, which asks for `accounts:write`. */
export type Action = 'list' | 'create'

/** One call, and the answer it must get from every API. */
export interface Case {
  readonly name: string
  readonly caller: Caller
  readonly action: Action
  readonly expected: Answer
}

/** What is sent to create an account: a good one, so that only its scope can stand in the way. */
export const newAccount = { partyId: 'party-1', name: 'Holiday', currency: 'EUR' } as const

const challenge = 'Bearer realm="accounts"'

const invalidToken: Answer = {
  status: 401,
  challenge: `${challenge}, error="invalid_token", error_description="The access token is invalid or has expired"`,
  error: 'invalid_token',
}

/** The expectations are written out, so that the toolkit cannot agree with itself on a mistake. */
export const cases: readonly Case[] = [
  { name: 'granted', caller: 'client', action: 'list', expected: { status: 200, accounts: 3 } },
  {
    name: 'missing scope',
    caller: 'client',
    action: 'create',
    expected: {
      status: 403,
      challenge: `${challenge}, error="insufficient_scope", error_description="The access token lacks a required scope", scope="accounts:write"`,
      error: 'insufficient_scope',
    },
  },
  { name: 'no token', caller: 'nobody', action: 'list', expected: { status: 401, challenge } },
  { name: 'garbage', caller: 'garbage', action: 'list', expected: invalidToken },
  { name: 'expired', caller: 'expired', action: 'list', expected: invalidToken },
  { name: 'wrong audience', caller: 'wrongAudience', action: 'list', expected: invalidToken },
  { name: 'wrong issuer', caller: 'wrongIssuer', action: 'list', expected: invalidToken },
  { name: 'revoked', caller: 'revoked', action: 'list', expected: invalidToken },
]
