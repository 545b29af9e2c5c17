import { createTokenClient, type RequestContext, type TokenClient } from '../../src/index.js'

/** One client for all requests, as a Worker keeps it in its module. */
let client: TokenClient | undefined

let elapsed = 0

/** Answers with the access token; `advance` moves the clock first. */
export default {
  async fetch(request: Request, _env: unknown, context: RequestContext): Promise<Response> {
    const query = new URL(request.url).searchParams
    elapsed += Number(query.get('advance') ?? 0) * 1000
    client ??= createTokenClient({
      issuer: query.get('issuer') ?? '',
      clientId: 'client',
      clientSecret: 'secret',
      now: () => 1_800_000_000_000 + elapsed,
    })
    try {
      const view = query.has('within') ? client.within(context) : client
      return new Response((await view.getToken()).accessToken)
    } catch (error) {
      return new Response(String(error), { status: 500 })
    }
  },
}
