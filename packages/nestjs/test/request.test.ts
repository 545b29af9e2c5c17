import type { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { RequestLike, Verifier } from '@auth/core'
import { Controller, Get, Module, type Type, UseGuards } from '@nestjs/common'
import { expect, test } from 'vitest'
import { AuthModule, BearerGuard } from '../src/index.js'
import { call, platformNames, startApp } from './support/app.js'
import { createIssuer, type Scope } from './support/issuer.js'

const issuer = await createIssuer()
const reader = await issuer.bearer('accounts:read')

@UseGuards(BearerGuard)
@Controller('accounts')
class AccountsController {
  @Get()
  list() {
    return []
  }
}

function appOf(verifier: Verifier<Scope>): Type {
  @Module({ imports: [AuthModule.forRoot(verifier)], controllers: [AccountsController] })
  class AppModule {}
  return AppModule
}

/** A verifier that notes what it is shown. */
function listening(seen: RequestLike[]): Verifier<Scope> {
  const verifier = issuer.verifier()
  return {
    ...verifier,
    authenticate: (request, options) => {
      seen.push(request)
      return verifier.authenticate(request, options)
    },
  }
}

test.for(platformNames)('the verifier sees the request as it was sent to %s', async (platform) => {
  const seen: RequestLike[] = []
  await using running = await startApp(platform, appOf(listening(seen)), (app) => {
    app.use((request: IncomingMessage, _response: ServerResponse, next: () => void) => {
      request.url = '/accounts?rewritten'
      next()
    })
  })
  expect(await call(`${running.url}/accounts?page=2`, [reader])).toMatchObject({ status: 200 })
  expect(seen).toEqual([
    {
      method: 'GET',
      url: '/accounts?page=2',
      headers: expect.objectContaining({ authorization: reader }),
      rawHeaders: expect.arrayContaining(['authorization', reader]),
      socket: expect.any(Socket),
    },
  ])
})
