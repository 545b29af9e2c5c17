import { inspect } from 'node:util'
import { BearerError } from '@auth/core'
import {
  type ArgumentsHost,
  type CallHandler,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  Header,
  HttpException,
  Inject,
  Injectable,
  Module,
  type NestInterceptor,
  type Provider,
  type Type,
  UseGuards,
} from '@nestjs/common'
import { APP_FILTER, APP_INTERCEPTOR, BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core'
import { map, type Observable } from 'rxjs'
import { beforeEach, describe, expect, test } from 'vitest'
import { AuthModule, BearerException, BearerGuard, RequireScopes } from '../src/index.js'
import { call, platformNames, respond, startApp } from './support/app.js'
import { createIssuer } from './support/issuer.js'

const issuer = await createIssuer()
const scopeless = await issuer.bearer('')
const challenge =
  'Bearer realm="accounts", error="insufficient_scope", error_description="The access token lacks a required scope", scope="accounts:read"'
const body = '{"error":"insufficient_scope","error_description":"The access token lacks a required scope"}'

let caught: unknown[] = []
beforeEach(() => {
  caught = []
})

/** Passes on what Nest would have said. */
@Catch()
class LoggingFilter extends BaseExceptionFilter {
  override catch(exception: unknown, host: ArgumentsHost): void {
    caught.push(exception)
    super.catch(exception, host)
  }
}

/** Nest's documented catch-all: a body of the application's own. */
@Catch()
class OwnBodyFilter implements ExceptionFilter {
  protected readonly host: HttpAdapterHost

  constructor(@Inject(HttpAdapterHost) host: HttpAdapterHost) {
    this.host = host
  }

  catch(exception: unknown, host: ArgumentsHost): void {
    caught.push(exception)
    const status = exception instanceof HttpException ? exception.getStatus() : 500
    const message = exception instanceof Error ? exception.message : ''
    this.host.httpAdapter.reply(host.switchToHttp().getResponse(), { status, message }, status)
  }
}

/** Says it in words. */
@Catch(BearerException)
class PlainTextFilter extends OwnBodyFilter {
  override catch(exception: BearerException, host: ArgumentsHost): void {
    this.host.httpAdapter.reply(host.switchToHttp().getResponse(), exception.message, exception.getStatus())
  }
}

/** Wraps every answer, as many applications do. */
@Injectable()
class WrappingInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: unknown) => ({ data })))
  }
}

@UseGuards(BearerGuard)
@Controller()
class HomeController {
  @Get()
  @Header('content-type', 'text/plain')
  @RequireScopes('accounts:read')
  show() {
    return 'home'
  }
}

function appOf(...providers: Provider[]): Type {
  @Module({ imports: [AuthModule.forRoot(issuer.verifier())], controllers: [HomeController], providers })
  class AppModule {}
  return AppModule
}

describe.for(platformNames)('on %s', (platform) => {
  test.for<[name: string, provider: Provider]>([
    ['a filter that logs', { provide: APP_FILTER, useClass: LoggingFilter }],
    ['an interceptor that wraps answers', { provide: APP_INTERCEPTOR, useClass: WrappingInterceptor }],
  ])('%s leaves the answer as it is', async ([, provider]) => {
    await using running = await startApp(platform, appOf(provider))
    expect(await call(running.url, [scopeless])).toEqual({ status: 403, challenge, body })
  })

  test('a filter with a body of its own keeps status and challenge, and learns no more than a client may', async () => {
    await using running = await startApp(platform, appOf({ provide: APP_FILTER, useClass: OwnBodyFilter }))
    expect(await call(running.url, [scopeless])).toEqual({
      status: 403,
      challenge,
      body: '{"status":403,"message":"The access token lacks a required scope"}',
    })
    expect(await call(running.url)).toEqual({
      status: 401,
      challenge: 'Bearer realm="accounts"',
      body: '{"status":401,"message":"Unauthorized"}',
    })
  })

  test('a filter that answers in plain text is not labelled as JSON', async () => {
    await using running = await startApp(platform, appOf({ provide: APP_FILTER, useClass: PlainTextFilter }))
    const { status, headers, body } = await respond(running.url, [scopeless])
    expect([status, body]).toEqual([403, 'The access token lacks a required scope'])
    expect(headers['content-type']).toMatch(/^text\//)
    expect(headers['www-authenticate']).toBe(challenge)
  })

  test('a global filter of the application itself', async () => {
    const prepare: Parameters<typeof startApp>[2] = (app) =>
      app.useGlobalFilters(new LoggingFilter(app.getHttpAdapter()))
    await using running = await startApp(platform, appOf(), prepare)
    expect(await call(running.url, [scopeless])).toEqual({ status: 403, challenge, body })
    expect(caught).toEqual([expect.any(BearerException)])
  })

  test('what a filter catches tells why, and holds no token', async () => {
    await using running = await startApp(platform, appOf({ provide: APP_FILTER, useClass: LoggingFilter }))
    const garbage = 'Bearer planted-token-value'
    for (const authorization of [scopeless, garbage]) await call(running.url, [authorization])
    expect(caught).toMatchObject([
      { name: 'BearerException', cause: { code: 'insufficient_scope' } },
      { name: 'BearerException', cause: { code: 'invalid_token' } },
    ])
    expect(caught.map((error) => error instanceof BearerException && error.cause instanceof BearerError)).toEqual([
      true,
      true,
    ])
    const shown = inspect(caught, { depth: 10 }) + JSON.stringify(caught)
    expect(shown).not.toContain('planted-token-value')
    expect(shown).not.toContain(scopeless.slice('Bearer '.length))
    expect(running.errors).toEqual([])
  })
})
