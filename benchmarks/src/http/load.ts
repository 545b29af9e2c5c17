import autocannon from 'autocannon'
import { fresh } from '../tokens/token.js'

/** Requests that are under way at once. */
const connections = 16
/** Seconds after which a server that does not answer is given up. */
const patience = 10

/** Milliseconds between two looks at whether all is done; a second by default. */
const tick = 5

/** Sends one request with each of the tokens; all of them must be let in. */
export async function send(url: string, tokens: readonly Buffer[]): Promise<void> {
  let next = 0
  const result = await autocannon({
    url,
    connections,
    amount: tokens.length,
    timeout: patience,
    sampleInt: tick,
    requests: [
      {
        setupRequest: (request) => {
          const token = tokens[next++ % tokens.length]
          return token === undefined ? request : { ...request, headers: { authorization: `Bearer ${fresh(token)}` } }
        },
      },
    ],
  })
  const { errors, timeouts, non2xx } = result
  if (errors + timeouts + non2xx > 0) throw new Error(`${url}: ${errors} errors, ${timeouts} late, ${non2xx} refused`)
}

/** The status of a single request. */
export async function statusWith(url: string, token: string): Promise<number> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
  await response.text()
  return response.status
}
