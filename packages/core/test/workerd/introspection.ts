import { createVerifier, introspect, type Verifier } from '../../src/index.js'

/** One verifier for all requests, as a Worker keeps it in its module. */
let verifier: Verifier | undefined

/** Answers with the subject of the token in the query. */
export default {
  async fetch(request: Request): Promise<Response> {
    const query = new URL(request.url).searchParams
    verifier ??= createVerifier({
      issuer: query.get('issuer') ?? '',
      audience: 'api',
      introspection: introspect({ clientId: 'api', clientSecret: 'secret' }),
    })
    try {
      return new Response((await verifier.verify(query.get('token') ?? '')).subject)
    } catch (error) {
      return new Response(String(error), { status: 500 })
    }
  },
}
