import assert from 'node:assert/strict'
import type { ContractRecord } from './store.js'

/** A record with all that is optional; its tokens are made up. */
export function record(name: string, more: Partial<ContractRecord> = {}): ContractRecord {
  return {
    accessToken: `access-${name}`,
    tokenType: 'Bearer',
    issuedAt: 1_800_000_000,
    renewAt: 1_800_002_700,
    waitAt: 1_800_003_570,
    expiresAt: 1_800_003_600,
    scope: 'accounts:read accounts:write',
    refreshToken: `refresh-${name}`,
    metadata: { name },
    ...more,
  }
}

/** A member that is `undefined` says the same as none: JSON knows no other way. */
export function assertSame(found: ContractRecord | undefined, expected: ContractRecord, message: string): void {
  assert.ok(found !== undefined, `${message}: the record is gone`)
  assert.deepEqual(withoutUndefined(found), withoutUndefined(expected), message)
}

function withoutUndefined(value: ContractRecord): object {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined))
}

/** Tries to write into a record, as a careless caller does. A store may hand out frozen ones. */
export function deface(target: ContractRecord): void {
  Reflect.set(target, 'accessToken', 'defaced')
  Reflect.set(target.metadata, 'name', 'defaced')
  const { nested } = target.metadata
  if (Array.isArray(nested)) Reflect.set(nested, '0', 'defaced')
}
