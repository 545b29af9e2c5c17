import 'reflect-metadata'
import { AuthModule, BearerGuard } from '@auth/nestjs'
import { type CanActivate, Controller, type ExecutionContext, Get, Module, type Type, UseGuards } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { AuthGuard, PassportModule, PassportStrategy } from '@nestjs/passport'
import jwksRsa from 'jwks-rsa'
import { ExtractJwt, Strategy } from 'passport-jwt'
import { answer, type Setting, type Start } from '../app.js'

export const nothing: Start = () => start([])

export const passThrough: Start = () => start([PassingGuard])

export const toolkit: Start = ({ issuer, audience, jwksUri }) =>
  start([BearerGuard], { imports: [AuthModule.forRoot({ issuer, audience, jwks: jwksUri })] })

export const passport: Start = (setting) =>
  start([AuthGuard('jwt')], { imports: [PassportModule], providers: [strategyFor(setting)] })

class PassingGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request: { headers: Record<string, string>; token?: string | undefined } = context.switchToHttp().getRequest()
    request.token = request.headers.authorization
    return true
  }
}

/** As the documentation of jwks-rsa has it: keys cached, fetches limited. */
function strategyFor({ issuer, audience, jwksUri }: Setting): Type {
  return class extends PassportStrategy(Strategy) {
    constructor() {
      super({
        secretOrKeyProvider: jwksRsa.passportJwtSecret({
          cache: true,
          rateLimit: true,
          jwksRequestsPerMinute: 5,
          jwksUri,
        }),
        jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
        issuer,
        audience,
        algorithms: ['RS256'],
      })
    }

    validate(payload: unknown): unknown {
      return payload
    }
  }
}

async function start(guards: readonly Type[], more: Parameters<typeof Module>[0] = {}): ReturnType<Start> {
  @Controller()
  @UseGuards(...guards)
  class MeController {
    @Get('me')
    me(): typeof answer {
      return answer
    }
  }

  @Module({ ...more, controllers: [MeController] })
  class AppModule {}

  const app = await NestFactory.create(AppModule, { logger: ['error'] })
  await app.listen(0, '127.0.0.1')
  return { port: Number(new URL(await app.getUrl()).port), path: '/me' }
}
