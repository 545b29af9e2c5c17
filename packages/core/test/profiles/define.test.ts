import { describe, expect, test } from 'vitest'
import { defineProfile, passport, portsip, portx } from '../../src/profiles/index.js'
import { resolveProfile } from '../../src/profiles/resolve.js'
import { checkProfile } from '../../src/profiles/validate.js'

const base = {
  profile: 1,
  name: 'acme',
  grants: { client_credentials: { url: 'https://as.example.com/token' } },
  defaultGrant: 'client_credentials',
} as const

describe('variables', () => {
  test('have their defaults, which may use those before them', () => {
    expect(portsip({ host: 'pbx.example.com' }).variables).toEqual({
      host: 'pbx.example.com',
      base: 'https://pbx.example.com:8887/api',
    })
  })

  test('may be given', () => {
    expect(portsip({ host: 'pbx', base: 'https://pbx.example.com/api' }).variables?.base).toBe(
      'https://pbx.example.com/api',
    )
    expect(portx({ base: undefined }).variables?.base).toBe('https://auth.portx.io')
  })

  test('are not needed where all that is made of them is given', () => {
    const profile = portsip({ base: 'https://pbx.example.com/api' })
    expect(profile.variables).toEqual({ base: 'https://pbx.example.com/api' })
    expect(resolveProfile(checkProfile(profile))).toEqual(profile)
  })

  test('are told to the compiler: one of several, and none that is not known', () => {
    const attempts = [
      // @ts-expect-error neither of the two
      () => portsip({}),
      // @ts-expect-error nothing at all
      () => portsip(),
      // @ts-expect-error none of its variables
      () => portsip({ bas: 'https://pbx.example.com/api' }),
      // @ts-expect-error not a string
      () => portsip({ base: 1 }),
    ]
    for (const attempt of attempts) expect(attempt).toThrow(TypeError)
  })

  const host = { host: null, api: 'https://{+host}/api', token: 'https://{+host}/token' }
  const grants = { client_credentials: { url: '{+token}' } }
  test.for<readonly [string, object, object]>([
    ['another default is made of it', {}, { api: 'https://api.example.com' }],
    ['a URL names it', { verify: { tokens: 'jwt', issuers: ['https://{+host}/'] } }, { api: 'a', token: 'b' }],
  ])('are needed where %s', ([, more, values]) => {
    const acme = checkProfile({ ...base, grants, variables: host, ...more })
    expect(() => resolveProfile(acme, { ...values })).toThrow("profile acme needs host: acme({ host: '…' })")
  })

  test('a message says what may be given instead', () => {
    expect(() => portsip({} as never)).toThrow("profile portsip needs host: portsip({ host: '…' }), or base")
  })

  test.for<readonly [string, () => unknown, RegExp]>([
    ['one that is missing', () => portsip({} as never), /profile portsip needs host: portsip\(\{ host: '…' \}\)/],
    ['all that are missing', () => portsip(undefined as never), /profile portsip needs host/],
    [
      'one that is unknown',
      () => portx({ bas: 'x' } as never),
      /profile portx has no variable 'bas'; it has base, api/,
    ],
    [
      'one of a wrong type',
      () => portx({ base: 1 } as never),
      /variable base of profile portx is 1; expected a string/,
    ],
    ['one with a brace', () => portx({ base: '{+evil}' }), /holds a brace or a control character/],
    [
      'one that a header cannot hold',
      () => passport({ language: 'español ñ' }),
      /cannot send the header accept-language/,
    ],
    [
      'one that is only inherited',
      () => portsip(Object.create({ host: 'evil.example' })),
      /profile portsip needs host/,
    ],
    [
      'one that would split a header',
      () => passport({ language: 'en\r\nx: y' }),
      /holds a brace or a control character/,
    ],
  ])('refuse %s', ([, make, message]) => {
    expect(make).toThrow(TypeError)
    expect(make).toThrow(message)
  })

  test('the data are copied: changing them later changes nothing', () => {
    const grants = { client_credentials: { url: 'https://as.example.com/token' } }
    const acme = defineProfile({ ...base, grants })
    grants.client_credentials.url = 'https://evil.example/token'
    expect(acme().grants.client_credentials?.url).toBe('https://as.example.com/token')
    expect(Object.isFrozen(grants)).toBe(false)
  })
})

describe('defineProfile names the field that is wrong', () => {
  const url = 'https://as.example.com/token'
  const wrong: readonly (readonly [string, object, string])[] = [
    ['no format version', { ...base, profile: undefined }, 'profile.profile is missing'],
    ['another format version', { ...base, profile: 2 }, 'profile.profile is 2; expected one of 1'],
    ['no name', { ...base, name: undefined }, 'profile.name is missing'],
    ['an unknown member', { ...base, colour: 'red' }, 'profile.colour is not known; expected one of profile, name'],
    [
      'an unknown member further down',
      { ...base, answer: { acessToken: 'x' } },
      'profile.answer.acessToken is not known',
    ],
    ['an unknown grant', { ...base, grants: { magic: { url } } }, 'profile.grants.magic is not known'],
    [
      'a default grant it lacks',
      { ...base, defaultGrant: 'password' },
      "profile.defaultGrant is 'password', which is not among",
    ],
    [
      'an exchange without URL',
      { ...base, grants: { client_credentials: {} } },
      'profile.grants.client_credentials.url is missing',
    ],
    [
      'a body that is none',
      { ...base, grants: { client_credentials: { url, body: 'xml' } } },
      "client_credentials.body is 'xml'; expected one of 'form', 'json'",
    ],
    ['a GET with a body', { ...base, grants: { client_credentials: { url, method: 'GET' } } }, 'a GET has no body'],
    ['a number for a text', { ...base, name: 7 }, 'profile.name is 7; expected a string'],
    ['a text for a list', { ...base, errors: 'none' }, "profile.errors is 'none'; expected a list"],
    ['an empty list', { ...base, clientAuth: { methods: [] } }, 'profile.clientAuth.methods is an empty list'],
    [
      'a function',
      { ...base, answer: { accessToken: () => 'x' } },
      'profile.answer.accessToken is a function; expected a string',
    ],
    [
      'an odd number',
      { ...base, answer: { defaultLifetime: Number.NaN } },
      'profile.answer.defaultLifetime is NaN; expected a number from 0 to 31536000',
    ],
    [
      'a rename to a number',
      { ...base, grants: { client_credentials: { url, rename: { scope: 1 } } } },
      'rename.scope is 1',
    ],
    ['a list at the top', [base], 'profile is a list'],
    [
      'a variable nobody declared',
      { ...base, api: '{+base}' },
      'profile.api names {base}, which profile.variables does not declare',
    ],
    ['a variable declared later', { ...base, variables: { a: '{+b}', b: 'x' } }, 'profile.variables.a names {b}'],
    [
      'an endpoint that nobody discovers',
      { ...base, grants: { client_credentials: { url: '{+token_endpoint}' } } },
      'profile.grants.client_credentials.url names {token_endpoint}',
    ],
    ['an unknown variable to discover by', { ...base, discover: '{+issuer}' }, 'profile.discover names {issuer}'],
    [
      'a variable that would hide what is discovered',
      { ...base, discover: 'https://as.example.com', variables: { token_endpoint: 'x' } },
      'profile.variables.token_endpoint has the name of what is discovered',
    ],
    ['a stray brace', { ...base, api: 'https://{host' }, 'expected a string whose braces are {name}'],
    [
      'a negative lifetime',
      { ...base, answer: { defaultLifetime: -1 } },
      'defaultLifetime is -1; expected a number from 0',
    ],
    [
      'a status that is none',
      { ...base, errors: [{ status: 1000, is: 'invalid_client' }] },
      'expected a number from 100',
    ],
    [
      'a scheme that writes a header',
      { ...base, present: { as: 'scheme', scheme: 'Token\r\nx: y' } },
      'expected an authentication scheme',
    ],
    [
      'a scheme of two words',
      { ...base, present: { as: 'scheme', scheme: 'My Token' } },
      "profile.present.scheme is 'My Token'; expected an authentication scheme, like 'Token'",
    ],
    [
      'a header that is none',
      { ...base, present: { as: 'header', header: 'x token' } },
      "profile.present.header is 'x token'; expected a header's name",
    ],
    [
      "a header's name that is none",
      { ...base, grants: { client_credentials: { url, headers: { 'x:y': 'a' } } } },
      "a name in profile.grants.client_credentials.headers is 'x:y'",
    ],
    [
      "a header's value beyond ASCII",
      { ...base, grants: { client_credentials: { url, headers: { x: 'é' } } } },
      'profile.grants.client_credentials.headers.x is',
    ],
    [
      'a raw name of what a server answered, in a URL',
      { ...base, answer: { metadata: { id: 'id' } }, revoke: { url: '{+id}', by: 'metadata' } },
      'profile.revoke.url names {+id}, which a server answered; expected {id}',
    ],
    [
      'a secret in a URL',
      { ...base, grants: { client_credentials: { url: `${url}/{client_secret}` } } },
      'profile.grants.client_credentials.url names {client_secret}, which profile.variables does not declare',
    ],
    [
      'a scope in a header',
      { ...base, grants: { client_credentials: { url, headers: { x: '{scope}' } } } },
      'profile.grants.client_credentials.headers.x names {scope}',
    ],
    [
      'a stray brace where an object may be, too',
      { ...base, verify: { tokens: 'jwt', issuers: ['https://{tenant'] } },
      "profile.verify.issuers[0] is 'https://{tenant'; expected a string whose braces are",
    ],
    [
      'an element of a list where a text may be, too',
      { ...base, answer: { accessToken: ['a', 1] } },
      'profile.answer.accessToken[1] is 1; expected a string',
    ],
    [
      'an issuer with keys of its own and without',
      { ...base, verify: { tokens: 'jwt', issuers: [{ issuer: url }] } },
      'profile.verify.issuers[0].jwks is missing',
    ],
    [
      'a raw name of what a server answered, in a header',
      { ...base, answer: { metadata: { id: 'id' } }, revoke: { url, headers: { x: '{+id}' }, by: 'metadata' } },
      'profile.revoke.headers.x names {+id}, which a server answered',
    ],
    [
      'a character that means something in a header',
      { ...base, verify: { tokens: 'opaque', furtherCharacters: '!,' } },
      "profile.verify.furtherCharacters is '!,'; expected some of !#$%&*:;@|",
    ],
    [
      'a discovered endpoint to ask about tokens at, which a verifier finds by itself',
      {
        ...base,
        discover: 'https://as.example.com',
        verify: { tokens: 'opaque', introspection: { url: '{+token_endpoint}' } },
      },
      'profile.verify.introspection.url names {token_endpoint}',
    ],
    ['a scheme without one', { ...base, present: { as: 'scheme' } }, 'profile.present.scheme is missing'],
    ['a header without one', { ...base, present: { as: 'header' } }, 'profile.present.header is missing'],
  ]

  test.for(wrong)('%s', ([, data, message]) => {
    const attempt = () => checkProfile(data)
    expect(attempt).toThrow(TypeError)
    expect(attempt).toThrow(message)
  })

  test('metadata may be named where a token is revoked, claims where an issuer is', () => {
    const data = {
      ...base,
      answer: { metadata: { id: 'token_id' } },
      revoke: { url: 'https://as.example.com/{id}', by: 'metadata' },
      verify: { tokens: 'jwt', issuers: ['https://as.example.com/{claims.tid}'] },
    } as const
    expect(defineProfile(data)().revoke).toMatchObject({ by: 'metadata' })
  })
})
