import { createTokenClient, memoryStore, type StoredToken } from '@auth/core'

/**
 * How long before its end a token is renewed, as the token client draws it: seconds, one for each of so many tokens.
 *
 * @param lifetime of the tokens, in seconds.
 */
export async function drawnMargins(lifetime: number, count: number): Promise<readonly number[]> {
  const answer = JSON.stringify({ access_token: 'token', token_type: 'Bearer', expires_in: lifetime })
  const margins: number[] = []
  const kept = memoryStore({ maxEntries: count })
  const client = createTokenClient({
    tokenEndpoint: 'https://as.example.com/token',
    clientId: 'fleet',
    clientSecret: 'secret',
    fetch: async () => new Response(answer, { headers: { 'content-type': 'application/json' } }),
    cache: {
      ...kept,
      set: (key: string, token: StoredToken, seconds: number | undefined) => {
        margins.push(token.expiresAt - token.renewAt)
        return kept.set(key, token, seconds)
      },
    },
  })
  for (let n = 0; n < count; n++) await client.getToken({ scope: `s${n}` })
  client.close()
  return margins
}
