import { describe, expect, test } from 'vitest'
import { createLogin } from '../../src/login/login.js'
import type { LoginOptions } from '../../src/login/types.js'
import { oauth2 } from '../../src/profiles/oauth2.js'
import { oidc } from '../../src/profiles/oidc.js'

const good = {
  issuer: 'https://as.example',
  clientId: 'app',
  clientSecret: 'secret',
  redirectUri: 'https://app.example/auth/callback',
} satisfies LoginOptions

/** What a caller without types may hand over. */
const create = (more: object): unknown => createLogin({ ...good, ...more })

describe('an option that is wrong', () => {
  test.for([
    [{ redirectURI: 'x' }, "createLogin has no option 'redirectURI'"],
    [{ issuer: undefined }, 'give either issuer or profile'],
    [{ profile: oidc({ issuer: 'https://as.example' }) }, 'give either issuer or profile'],
    [{ issuer: 'http://as.example' }, 'must be https'],
    [{ issuer: undefined, profile: oauth2({ tokenEndpoint: 'https://as.example/token' }) }, 'profile oauth2'],
    [{ clientId: '' }, 'clientId is missing'],
    [{ redirectUri: undefined }, 'redirectUri is missing'],
    [{ redirectUri: 'http://app.example/auth/callback' }, 'must be https'],
    [{ redirectUri: 'https://app.example/auth/callback?x=1' }, 'redirectUri has a path and no query'],
    [{ redirectUri: 'https://app.example/' }, 'redirectUri has a path and no query'],
    [{ responseMode: 'fragment' }, "responseMode is 'query' or 'form_post'"],
    [{ sessions: { idle: 0 } }, 'sessions.idle is a number of seconds above 0'],
    [{ sessions: { absolute: Number.POSITIVE_INFINITY } }, 'sessions.absolute is a number of seconds above 0'],
    [{ sessions: { idel: 5 } }, "sessions has no option 'idel'"],
    [{ cookieName: 'a b' }, 'cookieName is made of letters'],
    [{ idTokenAlgorithms: ['HS256'] }, "algorithms names 'HS256'"],
    [{ idTokenAlgorithms: ['none'] }, "algorithms names 'none'"],
    [{ maxAge: -1 }, 'maxAge is a whole number of seconds'],
    [{ acrValues: [] }, 'acrValues is a non-empty list'],
    [{ prompt: '' }, 'prompt is a non-empty string'],
    [{ parameters: { state: 'x' } }, 'parameters.state has an option of its own'],
    [{ parameters: { ui_locales: 1 } }, 'parameters.ui_locales must be a string'],
    [{ userInfo: 'yes' }, 'userInfo is true or false'],
    [{ verifier: {} }, 'verifier is what createVerifier'],
    [{ onEvent: 'log' }, 'onEvent must be a function'],
    [{ store: {} }, 'store is a TokenStore'],
    [{ postLogoutRedirectUri: '/bye' }, 'postLogoutRedirectUri is not a URL'],
  ] as const)('%j is a TypeError that says so', ([more, message]) => {
    expect(() => create(more)).toThrow(TypeError)
    expect(() => create(more)).toThrow(message)
  })
})

test('whoever authenticates requests has to say by which verifier', async () => {
  const login = createLogin(good)
  await expect(login.authenticate(new Request('https://app.example/'))).rejects.toThrow(
    new TypeError('createLogin needs the option verifier to authenticate requests'),
  )
})
