import { expect, test } from 'vitest'
import { createLog, logVerifier } from '../src/log.js'

/** A log, and its lines. */
function collecting(env: Readonly<Record<string, string>> = { LOG_LEVEL: 'trace' }) {
  const lines: string[] = []
  return { lines, logger: createLog(env, { write: (line) => void lines.push(line) }) }
}

const headers = {
  accept: 'application/json',
  authorization: 'Bearer planted-token',
  cookie: 'session=planted-session',
  dpop: 'planted-proof',
  'proxy-authorization': 'Basic planted-password',
}

test.for<[string, object]>([
  ['headers', { headers }],
  ['a request', { req: { headers } }],
  ['what went wrong with a request', { err: { headers } }],
])('who logs %s logs no secret', ([, what]) => {
  const { lines, logger } = collecting()
  logger.info(what, 'it happened')
  const shown = lines.join('')
  expect(shown).toContain('application/json')
  expect(shown.match(/\[redacted\]/g)).toHaveLength(4)
  expect(shown).not.toContain('planted')
})

test('errors alone are logged unless the environment says otherwise', () => {
  const { lines, logger } = collecting({})
  logger.warn('of no interest')
  logger.error('of interest')
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['of interest'])
})

test('what a verifier tells has a level by its weight', () => {
  const { lines, logger } = collecting()
  const tell = logVerifier(logger)
  tell({ type: 'token_accepted', issuer: 'https://as.example.test', remembered: false })
  tell({ type: 'token_refused', code: 'invalid_token', reason: 'it has expired' })
  tell({ type: 'internal_error', name: 'RangeError' })
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 20, msg: 'token_accepted' },
    { level: 40, msg: 'token_refused', reason: 'it has expired' },
    { level: 50, msg: 'internal_error' },
  ])
})
