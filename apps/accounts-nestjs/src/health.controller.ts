import type { Verifier } from '@auth/core'
import { InjectVerifier } from '@auth/nestjs'
import { Controller, Get, ServiceUnavailableException } from '@nestjs/common'
import { ApiExcludeController } from '@nestjs/swagger'
import { auth } from './auth.js'

/** For whoever starts and stops processes. */
@Controller()
@ApiExcludeController()
@auth.Public()
export class HealthController {
  readonly #verifier: Verifier

  constructor(@InjectVerifier() verifier: Verifier) {
    this.#verifier = verifier
  }

  /** Whether the process lives. */
  @Get('health')
  check(): { status: string } {
    return { status: 'ok' }
  }

  /** Whether requests should be sent here: without the issuer's keys each would be answered 503. */
  @Get('ready')
  ready(): { status: string } {
    if (this.#verifier.status().ready) return { status: 'ready' }
    throw new ServiceUnavailableException({ status: 'not ready' })
  }
}
