import fc from 'fast-check'

const visible = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 1,
})

const scope = fc
  .array(
    visible.filter((each) => !/["\\]/.test(each)),
    { minLength: 1 },
  )
  .map((scopes) => scopes.join(' '))

/** Token answers as RFC 6749 §5.1 describes them. */
export const wellFormedAnswer: fc.Arbitrary<object> = fc.record(
  {
    access_token: visible,
    token_type: fc.constantFrom('Bearer', 'bearer', 'BEARER'),
    expires_in: fc.oneof(fc.integer({ min: 0, max: 31_536_000 }), fc.double({ min: 0, max: 1e6, noNaN: true })),
    refresh_token: visible,
    scope,
    example: fc.jsonValue(),
  },
  { requiredKeys: ['access_token', 'token_type', 'expires_in'] },
)

/** Device authorization answers as RFC 8628 §3.2 describes them. */
export const wellFormedAuthorization: fc.Arbitrary<object> = fc.record(
  {
    device_code: visible,
    user_code: fc.stringMatching(/^[A-Z0-9]{4}-[A-Z0-9]{4}$/),
    verification_uri: fc.webUrl({ validSchemes: ['https'] }),
    verification_uri_complete: fc.webUrl({ validSchemes: ['https'], withQueryParameters: true }),
    expires_in: fc.integer({ min: 1, max: 3600 }),
    interval: fc.integer({ min: 1, max: 60 }),
    example: fc.jsonValue(),
  },
  { requiredKeys: ['device_code', 'user_code', 'verification_uri', 'expires_in'] },
)
