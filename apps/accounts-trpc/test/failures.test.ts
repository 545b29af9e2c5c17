import { TRPCError } from '@trpc/server'
import { expect, test } from 'vitest'
import { hideFailures } from '../src/failures.js'

test.for<[TRPCError['code'], string]>([
  ['INTERNAL_SERVER_ERROR', 'Internal Server Error'],
  ['NOT_FOUND', 'what was said'],
])('%s says "%s", without a stack', ([code, message]) => {
  const error = new TRPCError({ code, message: 'what was said' })
  const data = { code, httpStatus: 500, path: 'accounts.list', stack: 'at …' }
  const shape = hideFailures({ error, path: 'accounts.list', shape: { message: error.message, code: -32603, data } })
  expect(shape).toEqual({ message, code: -32603, data: { code, httpStatus: 500, path: 'accounts.list' } })
})
