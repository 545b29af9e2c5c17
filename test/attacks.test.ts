import { afterAll, describe, expect, test } from 'vitest'
import { attackCases } from './attack-cases.js'
import { filesOf, textOf } from './sources.js'

/** Where the cases of `runAttacks` stand, which every adapter's tests run. */
const kit = 'packages/testing/src/attacks'
const transports = ['core', 'hono', 'nestjs', 'trpc']

const tests = read('packages/core/test/**/*.ts', 'packages/{redis/server,trpc/test}/*.ts', `${kit}/*.ts`)
const attacks = read(`${kit}/*.ts`)

afterAll(() => {
  const through = attackCases.filter((id) => isNamed(id, attacks)).length
  console.log(`${attackCases.length} attack cases: all named by tests, ${through} run through every adapter`)
})

describe('attack cases', () => {
  test('are named once each', () => {
    expect(new Set(attackCases).size).toBe(attackCases.length)
  })

  test('all have a test that names them', () => {
    expect(attackCases.filter((id) => !isNamed(id, tests))).toEqual([])
  })

  test.for(transports)('run through %s, those that come over HTTP', (transport) => {
    expect(read(`packages/${transport}/test/conformance.test.ts`)).toContain('runAttacks(')
  })
})

function read(...patterns: string[]): string {
  return filesOf(...patterns)
    .map(textOf)
    .join('\n')
}

function isNamed(id: string, text: string): boolean {
  return new RegExp(`(?<![\\w-])${id.replaceAll(/[$()*+.?[\]^{|}]/g, String.raw`\$&`)}(?![\\w-])`).test(text)
}
