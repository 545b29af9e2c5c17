/** A rule of ours that jose does not have: it explains why a token is refused here and accepted there. */
export interface StricterRule {
  readonly name: string
  /** What the refusal says. */
  readonly reason: RegExp
  /** Whether the token has what the rule is about, found in another way than the verifier does. */
  readonly applies: (token: string) => boolean
}

const canonical = (segment: string): boolean => Buffer.from(segment, 'base64url').toString('base64url') === segment

function textOf(token: string, segment: 0 | 1): string {
  return Buffer.from(token.split('.')[segment] ?? '', 'base64url').toString()
}

function read(token: string, segment: 0 | 1): Readonly<Record<string, unknown>> {
  return JSON.parse(textOf(token, segment).replace(/^\ufeff/, ''))
}

/** As many names as members, at the top: texts here repeat names nowhere else. */
function repeatsName(text: string): boolean {
  const written = [...text.matchAll(/"(?:[^"\\]|\\.)*"(?=\s*:)/g)].map(([name]) => JSON.parse(name))
  return new Set(written).size < written.length
}

function depthOf(text: string): number {
  let [depth, deepest] = [0, 0]
  for (const char of text) {
    if (char === '[' || char === '{') deepest = Math.max(deepest, ++depth)
    else if (char === ']' || char === '}') depth--
  }
  return deepest
}

const has = (token: string, segment: 0 | 1, name: string): boolean => Object.hasOwn(read(token, segment), name)
const claim = (token: string, name: string): unknown => read(token, 1)[name]
const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value)

/** Every rule by which this verifier is stricter than `jwtVerify` with the same options. */
export const stricterRules: readonly StricterRule[] = [
  {
    name: 'one spelling of base64url (RFC 4648 §3.5), and no character that RFC 6750 §2.1 does not have',
    reason: /canonical base64url|a character that no token has/,
    applies: (token) => !token.split('.').every(canonical),
  },
  {
    name: 'no member twice (RFC 7515 §4, RFC 7519 §4), no byte order mark (RFC 8259 §8.1), 32 levels at most',
    reason: /is not one JSON object without ambiguities/,
    applies: (token) =>
      ([0, 1] as const).some((segment) => {
        const text = textOf(token, segment)
        return repeatsName(text) || text.startsWith('\ufeff') || depthOf(text) > 32
      }),
  },
  {
    name: 'typ is that of an access token, or missing (RFC 8725 §3.11)',
    reason: /^typ is/,
    applies: (token) => !['jwt', 'at+jwt', 'application/at+jwt'].includes(String(read(token, 0).typ).toLowerCase()),
  },
  {
    name: 'no crit, b64 or zip (RFC 7797 §7, RFC 7516 §4.1.3)',
    reason: /^the header member '(crit|b64|zip)' is not supported/,
    applies: (token) => ['crit', 'b64', 'zip'].some((name) => has(token, 0, name)),
  },
  {
    name: 'no nested JWT (RFC 7519 §5.2)',
    reason: /^nested JWTs/,
    applies: (token) => has(token, 0, 'cty'),
  },
  {
    name: 'exp, nbf and iat are finite numbers (RFC 7519 §2)',
    reason: /^(exp|nbf|iat) is not a finite number/,
    applies: (token) => ['exp', 'nbf', 'iat'].some((name) => has(token, 1, name) && !isNumber(claim(token, name))),
  },
  {
    name: 'iat is not ahead',
    reason: /^it was issued in the future/,
    applies: (token) => Number(claim(token, 'iat')) > 1_800_000_000,
  },
  {
    name: 'aud is made of strings (RFC 7519 §4.1.3)',
    reason: /^aud is missing or not made of strings/,
    applies: (token) => [claim(token, 'aud')].flat().some((each) => typeof each !== 'string'),
  },
  {
    name: 'sub and jti are strings (RFC 7519 §4.1.2, §4.1.7)',
    reason: /^(sub|jti) is not a string/,
    applies: (token) => ['sub', 'jti'].some((name) => has(token, 1, name) && typeof claim(token, name) !== 'string'),
  },
  {
    name: 'no ID token, logout token or DPoP proof (RFC 8725 §3.12)',
    reason: /so it is no access token$/,
    applies: (token) => ['at_hash', 'c_hash', 's_hash', 'events', 'htm', 'htu'].some((name) => has(token, 1, name)),
  },
  {
    name: 'no token that calls itself something else (Keycloak, Cognito)',
    reason: /says that it is no access token$/,
    applies: (token) =>
      ['token_use', 'token_type', 'typ'].some((name) =>
        ['refresh', 'id_token', 'none'].includes(String(claim(token, name))),
      ),
  },
  {
    name: 'no bound token without its proof (RFC 7800 §3.1)',
    reason: /cnf/,
    applies: (token) => has(token, 1, 'cnf'),
  },
]
