import { type Attack, type Fields, type Shot, type Verdict, verdicts } from './attack.js'

type Row = readonly [id: string, about: string, shoot: (token: string) => Fields | Shot, verdict: Verdict]

const field = (value: string, name = 'Authorization'): Fields => [[name, value]]

const rows: readonly Row[] = [
  ['A-01', 'plain', (t) => field(`Bearer ${t}`), 'accepted'],
  ['A-02', 'the scheme in lower case', (t) => field(`bearer ${t}`), 'accepted'],
  ['A-03', 'the scheme in upper case', (t) => field(`BEARER ${t}`), 'accepted'],
  ['A-04', 'mixed case, the name in lower case', (t) => field(`bEaReR ${t}`, 'authorization'), 'accepted'],
  ['A-05', 'several spaces', (t) => field(`Bearer    ${t}`), 'accepted'],
  ['A-06', 'blanks around the value', (t) => field(` \t Bearer ${t} \t `), 'accepted'],
  ['A-07', 'a tab between', (t) => field(`Bearer\t${t}`), 'malformed'],
  ['A-08', 'no field', () => [], 'bare'],
  ['A-10', 'the scheme alone', () => field('Bearer'), 'malformed'],
  ['A-11', 'the scheme and a space', () => field('Bearer '), 'malformed'],
  ['A-12', 'a token without a scheme', (t) => field(t), 'bare'],
  ['A-13', 'a prefix of the scheme', (t) => field(`Bear ${t}`), 'bare'],
  ['A-13b', 'the scheme as a prefix', (t) => field(`Bearerx ${t}`), 'bare'],
  ['A-16', 'Basic', () => field('Basic dXNlcjpwYXNz'), 'bare'],
  ['A-17', 'another scheme with a good token', (t) => field(`Token ${t}`), 'bare'],
  ['A-18', 'the DPoP scheme without a proof', (t) => field(`DPoP ${t}`), 'bare'],
  ['A-19', 'two fields', (t) => [...field(`Bearer ${t}`), ...field(`Bearer ${t}`)], 'malformed'],
  ['A-19b', 'two fields, ours second', (t) => [...field('Basic dXNlcg=='), ...field(`Bearer ${t}`)], 'malformed'],
  ['A-20', 'a comma list', (t) => field(`Bearer ${t}, Bearer ${t}`), 'malformed'],
  ['A-20b', 'a comma list of tokens', (t) => field(`Bearer ${t},${t}`), 'malformed'],
  ['A-23', 'in quotes', (t) => field(`Bearer "${t}"`), 'malformed'],
  ['A-24', 'as a parameter', (t) => field(`Bearer token="${t}"`), 'malformed'],
  ['A-25', 'padding on a JWT', (t) => field(`Bearer ${t}=`), 'invalid'],
  ['A-26', 'percent-encoded', (t) => field(`Bearer ${t.replaceAll('.', '%2E')}`), 'malformed'],
  ['A-28', 'the word undefined', () => field('Bearer undefined'), 'invalid'],
  ['A-30', '[object Object]', () => field('Bearer [object Object]'), 'malformed'],
  ['A-31', '__proto__', () => field('Bearer __proto__'), 'invalid'],
  ['A-32', 'constructor', () => field('Bearer constructor'), 'invalid'],
  ['A-35', 'only Proxy-Authorization', (t) => field(`Bearer ${t}`, 'Proxy-Authorization'), 'bare'],
  [
    'A-36',
    'fields that look alike',
    (t) => ['X-Authorization', 'Authorization-Token', 'Authorisation', 'X-Access-Token'].map((n) => [n, `Bearer ${t}`]),
    'bare',
  ],
  ['A-39', 'in field and query', (t) => ({ headers: field(`Bearer ${t}`), query: `access_token=${t}` }), 'accepted'],
  ['A-39b', 'in the query only', (t) => ({ headers: [], query: `access_token=${t}` }), 'bare'],
  [
    'A-40',
    'in a form',
    (t) => ({
      headers: field('application/x-www-form-urlencoded', 'content-type'),
      body: new URLSearchParams({ access_token: t }).toString(),
    }),
    'bare',
  ],
  [
    'A-42',
    'in a query of lists and objects',
    (t) => ({ headers: [], query: `access_token[]=${t}&access_token[__proto__]=${t}&authorization[]=Bearer+${t}` }),
    'bare',
  ],
  [
    'A-43',
    'a field that Connection names',
    (t) => [...field('Authorization', 'Connection'), ...field(`Bearer ${t}`)],
    'accepted',
  ],
  [
    'A-61',
    'another method or target in fields for proxies',
    () => [
      ['X-HTTP-Method-Override', 'OPTIONS'],
      ...['X-Original-URL', 'X-Rewrite-URL', 'X-Forwarded-Uri'].map((name) => [name, '/open'] as const),
    ],
    'bare',
  ],
]

/** How a token is shown: RFC 6750 §2, RFC 9110 §5.3 and §11.4. */
export const requestAttacks: readonly Attack[] = rows.map(([id, about, shoot, verdict]) => ({
  id,
  about,
  shoot: async ({ rsa, claims }) => {
    const shot = shoot(await rsa.sign(claims()))
    return 'headers' in shot ? shot : { headers: shot }
  },
  answer: verdicts[verdict],
}))
