import { type Attack, byToken, type Verdict } from './attack.js'

/** A claim as it is written in JSON, which may be no value JavaScript would write; `undefined` where it is missing. */
type Row = readonly [id: string, claim: string, json: string | undefined | ((now: number) => string), verdict?: Verdict]

const rows: readonly Row[] = [
  ['D-exp-1', 'exp', (now) => `${now - 1}`],
  ['A-53', 'exp', (now) => `${now - 3600}`],
  ['D-exp-6', 'exp', '253402300800', 'accepted'],
  ['D-exp-7', 'exp', '1e30', 'accepted'],
  ['D-exp-8', 'exp', (now) => `${now}000`, 'accepted'],
  ['D-exp-9', 'exp', '9007199254740993', 'accepted'],
  ['D-expt-0', 'exp', '"9999999999"'],
  ['D-expt-1', 'exp', '"2099-01-01T00:00:00Z"'],
  ['D-expt-3', 'exp', 'null'],
  ['D-expt-7', 'exp', '[9999999999]'],
  ['D-expt-9', 'exp', '0'],
  ['D-expt-10', 'exp', '-1'],
  ['D-expt-12', 'exp', '1e400'],
  ['D-expt-13', 'exp', '-1e400'],
  ['D-expt-14', 'exp', '"NaN"'],
  ['D-expt-15', 'exp', '"Infinity"'],
  ['D-expt-16', 'exp', '""'],
  ['D-nbft-1', 'nbf', 'null'],
  ['D-nbft-4', 'nbf', '{}'],
  ['D-nbft-5', 'nbf', '"abc"'],
  ['D-nbft-6', 'nbf', '1e400'],
  ['D-iat-1', 'iat', (now) => `${now + 60}`],
  ['D-iat-2', 'iat', (now) => `${now + 86_400}`],
  ['D-iat-3', 'iat', undefined, 'accepted'],
  ['D-iat-4', 'iat', (now) => `${now + 301}`],
  ['D-iatt-0', 'iat', '"0"'],
  ['D-iatt-1', 'iat', 'true'],
  ['D-iatt-3', 'iat', '"abc"'],
  ['D-iss-2', 'iss', '"http://issuer.example.test"'],
  ['D-iss-3', 'iss', '"https://issuer.example.test:443"'],
  ['D-iss-4', 'iss', '"https://issuer.example.test.evil.test"'],
  ['D-iss-6', 'iss', '"https://issuer.example.test/evil"'],
  ['D-iss-7', 'iss', '"https://issuer.example.tes"'],
  ['D-iss-8', 'iss', '"issuer"'],
  ['D-iss-9', 'iss', '" https://issuer.example.test"'],
  ['D-iss-10', 'iss', '"https://issuer.example.test\\u0000"'],
  ['D-iss-m', 'iss', undefined],
  ['D-isst-0', 'iss', '["https://issuer.example.test"]'],
  ['D-isst-1', 'iss', '["https://evil.test","https://issuer.example.test"]'],
  ['D-isst-3', 'iss', 'null'],
  ['D-isst-4', 'iss', '1'],
  ['D-isst-6', 'iss', '""'],
  ['D-aud-1', 'aud', '["https://other.test","https://api.example.test/"]', 'accepted'],
  ['D-aud-2', 'aud', undefined],
  ['D-aud-3', 'aud', '["https://api.example.test/",1]'],
  [
    'D-aud-4',
    'aud',
    JSON.stringify([...Array.from({ length: 800 }, (_, i) => `a${i}`), 'https://api.example.test/']),
    'accepted',
  ],
  ['D-aud-t0', 'aud', '"https://api.example.test"'],
  ['D-aud-t2', 'aud', '"https://API.example.test/"'],
  ['D-aud-t3', 'aud', '"https://api.example.test/ "'],
  ['D-aud-t5', 'aud', '"https://other.test"'],
  ['D-aud-t6', 'aud', '""'],
  ['D-aud-t7', 'aud', '"*"'],
  ['D-aud-t9', 'aud', '[]'],
  ['D-aud-t13', 'aud', '{"a":"https://api.example.test/"}'],
  ['D-aud-t15', 'aud', 'null'],
  ['D-aud-t17', 'aud', 'true'],
  ['D-aud-t18', 'aud', '[null,1]'],
  ['D-sub-1', 'sub', undefined, 'accepted'],
  ['D-subt-1', 'sub', '{}'],
  ['D-subt-3', 'sub', 'true'],
  ['D-jtit-1', 'jti', '{}'],
  ['D-cnf-2', 'cnf', '{"x5t#S256":"AAAA"}'],
  ['D-cnf-3', 'cnf', '{"unknown":"x"}'],
  ['D-scope-1', 'scope', '1', 'scopeless'],
  ['D-scope-1b', 'scope', '{"accounts:read":true}', 'scopeless'],
  ['D-scope-1c', 'scope', 'true', 'scopeless'],
  ['D-scope-3', 'scope', '"accounts:readwrite accounts:read:all accounts"', 'scopeless'],
  ['D-scope-7', 'scope', '"__proto__ constructor"', 'scopeless'],
  ['D-scope-8', 'scope', '"* accounts:* accounts:read*"', 'scopeless'],
]

/** What a token claims, under a good signature: RFC 7519 §4.1, RFC 9068 §4. */
export const claimAttacks: readonly Attack[] = rows.map(([id, claim, json, verdict]) => {
  const about = typeof json === 'function' ? claim : `${claim} ${json}`.slice(0, 60)
  return byToken(
    id,
    about,
    ({ rsa, claims }) => {
      const others = JSON.stringify(claims({ [claim]: undefined }))
      const written = typeof json === 'function' ? json(Math.floor(Date.now() / 1000)) : json
      return rsa.sign(written === undefined ? others : `${others.slice(0, -1)},"${claim}":${written}}`)
    },
    verdict,
  )
})
