import { createVerifier, type RequestContext, type Verifier } from '../../src/index.js'

/** One verifier for all requests, as a Worker keeps it in its module. */
let verifier: Verifier | undefined

let elapsed = 0

/** Answers with the subject of a token; `advance` moves the clock first. */
export default {
  async fetch(request: Request, _env: unknown, context: RequestContext): Promise<Response> {
    const query = new URL(request.url).searchParams
    elapsed += Number(query.get('advance') ?? 0) * 1000
    verifier ??= createVerifier({
      issuer: query.get('issuer') ?? '',
      audience: 'https://api.example.test/',
      verifiedTokenCache: false,
      now: () => 1_800_000_000_000 + elapsed,
    })
    try {
      const view = query.has('within') ? verifier.within(context) : verifier
      return new Response((await view.verify(query.get('token') ?? '')).subject)
    } catch (error) {
      return new Response(String(error), { status: 500 })
    }
  },
}
