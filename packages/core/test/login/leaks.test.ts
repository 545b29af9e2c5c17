import { inspect } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { LoginEvent } from '../../src/login/events.js'
import type { Login, LoginOptions } from '../../src/login/types.js'
import { secret } from '../support/client.js'
import { json } from '../support/local-server.js'
import {
  accessToken,
  answerTo,
  begin,
  comeBack,
  loginAt,
  refreshToken,
  refusalOf,
  type ScriptedServer,
  startScripted,
} from './support/scripted.js'

let server: ScriptedServer

beforeEach(async () => {
  server = await startScripted()
})

afterEach(() => server[Symbol.asyncDispose]())

/** What goes wrong after a person has come back, whoever's fault it is. */
const failures: readonly (readonly [
  what: string,
  arrange: (server: ScriptedServer) => void,
  Partial<LoginOptions>?,
])[] = [
  [
    'a token endpoint that repeats what it was sent',
    (at) => {
      at.tokenEndpoint = ({ body, headers }, response) =>
        json(response, { error: 'invalid_request', error_description: `${body} ${headers.authorization}` }, 400)
    },
  ],
  [
    'a token endpoint that answers with a page of it',
    (at) => {
      at.tokenEndpoint = ({ body }, response) =>
        void response.writeHead(500).end(`<pre>${decodeURIComponent(body)}</pre>`)
    },
  ],
  ['an ID token for somebody else', (at) => (at.claims = { aud: 'another' })],
  ['an ID token of another kind', (at) => (at.header = { typ: 'at+jwt' })],
  ['an ID token that is none', (at) => (at.token = { id_token: `${accessToken}.${refreshToken}.${secret}` })],
  ['an access token that cannot be sent', (at) => (at.token = { access_token: `${accessToken}\r\n` })],
  [
    'a person that UserInfo does not know',
    (at) => (at.userInfo = (_, response) => json(response, { sub: accessToken })),
    { userInfo: true },
  ],
  [
    'a UserInfo that fails',
    (at) => (at.userInfo = ({ headers }, response) => json(response, headers, 401)),
    { userInfo: true },
  ],
  ['keys that cannot be fetched', (at) => (at.metadata = { jwks_uri: `${at.issuer}/none?${secret}` })],
]

test.for(failures)('%s leaks nothing', async ([, arrange, options]) => {
  const events: LoginEvent[] = []
  const login: Login = loginAt(server, { ...options, onEvent: (event) => events.push(event) })
  arrange(server)
  const begun = await begin(login)
  const answer = answerTo(server, begun)
  const error = await refusalOf(comeBack(login, answer, begun.cookie))
  const verifier = new URLSearchParams(server.sent('/token')[0]?.body).get('code_verifier') ?? 'no verifier'
  const shown = [
    inspect(error, { depth: 9, showHidden: true, getters: true }),
    JSON.stringify(error),
    JSON.stringify(error.answer),
    JSON.stringify(events),
    inspect(login, { depth: 9, showHidden: true }),
    String(error.stack),
  ].join('\n')
  const [cookie = ''] = begun.cookie.split('=').slice(1)
  for (const planted of [accessToken, refreshToken, secret, answer.code, verifier, cookie.split('.')[0] ?? cookie]) {
    expect(shown).not.toContain(planted)
  }
  expect(events.at(-1)).toEqual({ type: 'refused', code: error.code, reason: error.reason })
})
