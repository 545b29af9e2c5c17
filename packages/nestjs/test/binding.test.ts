import { BearerError, type Verifier } from '@auth/core'
import { Controller, Get, Module, UseGuards } from '@nestjs/common'
import { expect, test } from 'vitest'
import { AuthModule, BearerGuard } from '../src/index.js'
import { platformNames, respond, startApp } from './support/app.js'
import { createIssuer, type Scope } from './support/issuer.js'

const issuer = await createIssuer()

@Controller('accounts')
@UseGuards(BearerGuard)
class AccountsController {
  @Get()
  list() {
    return []
  }
}

test.for(platformNames)('a refusal hands on the nonce for the next proof on %s', async (platform) => {
  const verifier: Verifier<Scope> = {
    ...issuer.verifier(),
    authenticate: () => Promise.reject(new BearerError({ code: 'use_dpop_nonce', reason: 'x', dpopNonce: 'next' })),
  }
  @Module({ imports: [AuthModule.forRoot(verifier)], controllers: [AccountsController] })
  class AppModule {}
  await using running = await startApp(platform, AppModule)
  const answer = await respond(`${running.url}/accounts`, [])
  expect(answer).toMatchObject({ status: 401, headers: { 'dpop-nonce': 'next' } })
})
