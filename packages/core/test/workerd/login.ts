import { createLogin, type Login } from '../../src/login/index.js'

/** One login for all requests, as a Worker keeps it in its module. */
let login: Login | undefined

let elapsed = 0

const app = 'https://app.example/auth'

/** Takes a person through a login step by step; `advance` moves the clock first. */
export default {
  async fetch(request: Request): Promise<Response> {
    const query = new URL(request.url).searchParams
    elapsed += Number(query.get('advance') ?? 0) * 1000
    login ??= createLogin({
      issuer: query.get('issuer') ?? '',
      clientId: 'app',
      clientSecret: 'secret',
      redirectUri: `${app}/callback`,
      now: () => Date.now() + elapsed,
    })
    const headers = { cookie: query.get('cookie') ?? '' }
    const answer = query.get('answer')
    try {
      if (query.has('session')) {
        const session = await login.session(new Request(app, { headers }))
        return new Response((await session?.getToken())?.accessToken)
      }
      const path = answer === null ? 'login' : `callback?${answer}`
      const done = await login.handle(new Request(`${app}/${path}`, { headers }))
      const cookie = done?.headers.getSetCookie()[0]?.split(';', 1)[0]
      return Response.json({ status: done?.status, location: done?.headers.get('location'), cookie })
    } catch (error) {
      return new Response(String(error), { status: 500 })
    }
  },
}
