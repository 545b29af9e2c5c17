import { type AccessToken, createVerifier } from '@auth/core'
import { Controller, Module, Sse } from '@nestjs/common'
import { concat, map, NEVER, of } from 'rxjs'
import { expect, test } from 'vitest'
import { AuthModule, RequireScopes, Token, untilExpiry } from '../src/index.js'
import { platformNames, startApp } from './support/app.js'
import { createIssuer } from './support/issuer.js'

const issuer = await createIssuer()

@Controller()
class TicksController {
  @Sse('ticks')
  @RequireScopes('accounts:read')
  ticks(@Token() token: AccessToken) {
    return concat(of(1), NEVER).pipe(
      map((data) => ({ data: String(data) })),
      untilExpiry(token),
    )
  }
}

test.for(platformNames)('server-sent events end with their token on %s', async (platform) => {
  // It stands still, so that the token lives until the test says otherwise.
  let now = Date.now()
  const verifier = createVerifier({ ...issuer.options, clockTolerance: 0, now: () => now })
  const iat = Math.floor(now / 1000)
  const authorization = await issuer.bearer('accounts:read', { iat, exp: iat + 1 })
  @Module({ imports: [AuthModule.forRoot(verifier)], controllers: [TicksController] })
  class AppModule {}
  await using running = await startApp(platform, AppModule)
  const { status, body } = await fetch(`${running.url}/ticks`, { headers: { authorization } })
  expect(status).toBe(200)
  const events: string[] = []
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    events.push(chunk)
    now += 3000
  }
  expect(events.join('')).toContain('data: 1')
})

test('a copy of a token ends nothing', async () => {
  const token = await issuer.verifier().verify((await issuer.bearer('')).slice('Bearer '.length))
  const thrown = new Promise((resolve) =>
    of(1)
      .pipe(untilExpiry({ ...token }))
      .subscribe({ error: resolve }),
  )
  expect(await thrown).toBeInstanceOf(TypeError)
})
