import autocannon from 'autocannon'
import { fresh } from '../tokens/token.js'
import { apart } from './process.js'

/** Requests that are under way at once. */
const connections = 16
/** Seconds after which a server that does not answer is given up. */
const patience = 10

/** Milliseconds between two looks at whether all is done; a second by default. */
const tick = 5

/** Sends one request with each of the tokens; all of them must be let in. */
export async function send(url: string, tokens: readonly Buffer[]): Promise<void> {
  let next = 0
  const sent = autocannon({
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
  const { errors, timeouts, non2xx } = await awakeUntil(sent)
  if (errors + timeouts + non2xx > 0) throw new Error(`${url}: ${errors} errors, ${timeouts} late, ${non2xx} refused`)
}

/**
 * Waits without sleeping, where there is a core for it: who answers somebody asleep pays for waking him, and a server
 * that is slower than the load would meet it asleep more often.
 */
async function awakeUntil<T>(work: PromiseLike<T>): Promise<T> {
  let waiting = apart
  const stayAwake = (): void => {
    if (waiting) setImmediate(stayAwake)
  }
  stayAwake()
  try {
    return await work
  } finally {
    waiting = false
  }
}

/** The status of a single request. */
export async function statusWith(url: string, token: string): Promise<number> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
  await response.text()
  return response.status
}
