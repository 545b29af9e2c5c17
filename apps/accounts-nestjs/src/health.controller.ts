import { Controller, Get } from '@nestjs/common'
import { auth } from './auth.js'

@Controller('health')
export class HealthController {
  @Get()
  @auth.Public()
  check(): { status: string } {
    return { status: 'ok' }
  }
}
