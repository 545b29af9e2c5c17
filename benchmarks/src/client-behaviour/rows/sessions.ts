import { travel } from '../clock.js'
import { type Bench, type Cell, outcomeOf, type Row, withSession } from '../row.js'
import { tokens } from '../server.js'

/** What is sent at the third renewal, two tokens' lives after the start. */
async function thirdRefreshToken({ server, client }: Bench): Promise<Cell> {
  for (let use = 0; use < 3; use++) {
    await outcomeOf(client.token())
    travel(3600)
  }
  const sent = server.requests.flatMap((form) => form.get('refresh_token') ?? [])
  return sent.length < 3 ? 'none' : sent[2] || 'an empty one'
}

const rotated: Row = {
  name: 'refresh token rotated: the third renewal sends',
  promised: 'refresh-1',
  measure: (peer) =>
    withSession(
      peer,
      (response, index, form) => tokens({ expires_in: 3600, refresh_token: `refresh-${index}` })(response, index, form),
      thirdRefreshToken,
    ),
}

const notReturned: Row = {
  name: 'no refresh token returned: the third renewal sends',
  promised: 'refresh-start',
  measure: (peer) => withSession(peer, tokens({ expires_in: 3600 }), thirdRefreshToken),
}

export const sessionRows: readonly Row[] = [rotated, notReturned]
