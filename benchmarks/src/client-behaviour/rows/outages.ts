import { travel } from '../clock.js'
import { type Bench, type Outcome, outcomeOf, type Row, withCache } from '../row.js'
import { json, tokens } from '../server.js'

/** How a server can be down. */
const outages: Readonly<Record<string, (bench: Bench) => void | Promise<void>>> = {
  'connection refused': ({ server }) => server.goAway(),
  'status 500': ({ server }) => {
    server.answer = (response) => json(response, { error: 'server_error' }, 500)
  },
  'status 503': ({ server }) => {
    server.answer = (response) => json(response, { error: 'temporarily_unavailable' }, 503)
  },
  'no answer': ({ server }) => {
    server.answer = () => undefined
  },
}

/** The token has 200 s of its hour left: within the window of everybody who renews before the end. */
export const outageRows: readonly Row[] = Object.entries(outages).map(([kind, goDown]) => ({
  name: `server down (${kind}), the token lives`,
  promised: 'served',
  measure: (peer) =>
    withCache(peer, tokens({ expires_in: 3600 }), async (bench) => {
      const token = await bench.client.token()
      travel(3400)
      await goDown(bench)
      const seen: Outcome<string | undefined>[] = []
      for (let call = 0; call < 3; call++) seen.push(await outcomeOf(bench.client.token()))
      const bad = seen.find((each) => typeof each === 'string' || each.value !== token)
      if (bad === undefined) return 'served'
      return typeof bad === 'string'
        ? bad
        : `hands out ${bad.value === undefined || bad.value === '' ? 'no' : 'another'} token`
    }),
}))
