import common from '@nestjs/common/package.json' with { type: 'json' }
import core from '@nestjs/core/package.json' with { type: 'json' }
import { expect, test } from 'vitest'

test('the suite runs on the NestJS that its name says', () => {
  expect([common, core].map(({ version }) => version.split('.')[0])).toEqual(Array(2).fill(process.env.NEST_MAJOR))
})
