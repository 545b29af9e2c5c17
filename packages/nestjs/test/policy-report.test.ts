import { Controller, Get, Module, type Provider, type Type, UseGuards } from '@nestjs/common'
import { APP_GUARD, HttpAdapterHost, REQUEST } from '@nestjs/core'
import { expect, test } from 'vitest'
import { accessOf } from '../src/access.js'
import { AuthModule, BearerGuard, Public, RequireScopes, ScopeGuard, UseVerifier } from '../src/index.js'
import { platformNames, startApp } from './support/app.js'
import { createIssuer } from './support/issuer.js'

const issuer = await createIssuer()

class OwnGuard extends ScopeGuard {}

@UseGuards(ScopeGuard)
@Controller('a')
class ByClass {
  @Get('1')
  forgotten() {}

  @Get('2')
  @RequireScopes('accounts:read')
  scoped() {}

  @Get('3')
  @Public()
  open() {}

  helper() {}
}

@Controller('b')
class ByHandler {
  @Get('1')
  @UseGuards(ScopeGuard)
  forgotten() {}

  @Get('2')
  @UseGuards(OwnGuard)
  forgottenBehindASubclass() {}

  @Get('3')
  @UseGuards(BearerGuard)
  authenticated() {}

  @Get('4')
  unguarded() {}
}

@Controller('c')
class Inheriting extends ByClass {}

@RequireScopes('accounts:read')
@Controller('d')
class Covered {
  @Get()
  list() {}
}

@UseGuards(new OwnGuard(issuer.verifier(), new HttpAdapterHost()))
@Controller('e')
class ByInstance {
  @Get()
  forgotten() {}
}

const controllers = [ByClass, ByHandler, Inheriting, Covered]
const local = ['ByClass.forgotten', 'ByHandler.forgotten', 'ByHandler.forgottenBehindASubclass', 'Inheriting.forgotten']
const everywhere = [...local, 'ByHandler.authenticated', 'ByHandler.unguarded']

function appOf(providers: Provider[]): Type {
  @Module({ controllers: [...controllers, ByInstance] })
  class FeatureModule {}
  @Module({ imports: [AuthModule.forRoot(issuer.verifier()), FeatureModule], providers })
  class AppModule {}
  return AppModule
}

test.for<[name: string, providers: Provider[], reported: readonly string[]]>([
  ['without a global guard', [], local],
  ['with a global ScopeGuard by useExisting', [{ provide: APP_GUARD, useExisting: ScopeGuard }], everywhere],
  ['with a global ScopeGuard by useClass', [{ provide: APP_GUARD, useClass: ScopeGuard }], everywhere],
  ['with a global subclass', [{ provide: APP_GUARD, useClass: OwnGuard }], everywhere],
  ['with a global BearerGuard', [{ provide: APP_GUARD, useExisting: BearerGuard }], local],
])('handlers that nobody may call are named at start-up, %s', async ([, providers, reported]) => {
  for (const platform of platformNames) {
    await using running = await startApp(platform, appOf(providers))
    const suffix = ' is behind ScopeGuard with neither @RequireScopes(…) nor @Public(): every call is refused'
    const expected = [...reported, 'ByInstance.forgotten'].map((name) => name + suffix)
    expect(running.errors).toHaveLength(expected.length)
    expect(new Set(running.errors)).toEqual(new Set(expected))
  }
})

/** What tracing, caching and transaction decorators do. */
function wrapped(keepMetadata: boolean): MethodDecorator {
  return (_target: object, _key: string | symbol, descriptor: PropertyDescriptor): void => {
    const inner: (...parameters: unknown[]) => unknown = descriptor.value
    const outer = function (this: unknown, ...parameters: unknown[]): unknown {
      return inner.apply(this, parameters)
    }
    for (const key of keepMetadata ? Reflect.getMetadataKeys(inner) : []) {
      Reflect.defineMetadata(key, Reflect.getMetadata(key, inner), outer)
    }
    descriptor.value = outer
  }
}

class Wrapping {
  @Get('kept')
  @wrapped(true)
  @RequireScopes('accounts:read')
  kept() {}

  @Get('above')
  @RequireScopes('accounts:read')
  @wrapped(false)
  above() {}
}

class Losing extends Wrapping {
  @Get('lost')
  @wrapped(false)
  @RequireScopes('accounts:read')
  lost() {}
}

class Overriding extends Wrapping {
  @Get('above')
  override above() {}
}

class Opening extends Wrapping {
  @Get('above')
  @Public()
  override above() {}
}

class LosingItsVerifier {
  @Get('lost')
  @wrapped(false)
  @UseVerifier('partners')
  lost() {}
}

test.for<[name: string, base: Type, refused: string | undefined]>([
  ['a decorator that keeps metadata, or stands below, is welcome', Wrapping, undefined],
  [
    'a decorator that loses a policy keeps the application from starting',
    Losing,
    'Wrapped.lost: its @RequireScopes(…), @RequireStepUp(…), @Public(), @OptionalAuth() or @UseVerifier(…) is lost',
  ],
  ['so does one that loses the name of a verifier', LosingItsVerifier, 'Wrapped.lost: its @RequireScopes(…)'],
  ['so it does in a class that is extended', class extends Losing {}, 'Wrapped.lost: its @RequireScopes(…)'],
  [
    'a method that overrides a route is none without a decorator of its own',
    class extends Losing {
      override lost() {}
    },
    undefined,
  ],
  ['a route that overrides one with a policy has to repeat it', Overriding, 'Wrapped.above: its @RequireScopes(…)'],
  ['or to say that it is public', Opening, undefined],
])('%s', async ([, base, refused]) => {
  @Controller()
  class Wrapped extends base {}
  @Module({ imports: [AuthModule.forRoot(issuer.verifier())], controllers: [Wrapped] })
  class AppModule {}
  const started = startApp('express', AppModule)
  if (refused === undefined) await (await started).app.close()
  else await expect(started).rejects.toThrow(refused)
})

/** As `@MessagePattern` of `@nestjs/microservices` does, for the controller of a hybrid application. */
function Message(): MethodDecorator {
  return (_target: object, _key: string | symbol, descriptor: PropertyDescriptor): void => {
    Reflect.defineMetadata('microservices:pattern', ['accounts'], descriptor.value)
  }
}

class Messages {
  @Message()
  @RequireScopes('accounts:read')
  receive() {}
}

class ReplacedMessages {
  @Message()
  @wrapped(false)
  @RequireScopes('accounts:read')
  receive() {}
}

class OverriddenMessages extends Messages {
  @Message()
  override receive() {}
}

test.for<[name: string, base: Type]>([
  ['is replaced', ReplacedMessages],
  ['is overridden', OverriddenMessages],
])('a message handler whose policy %s keeps the application from starting', async ([, base]) => {
  @Controller()
  class Hybrid extends base {}
  @Module({ imports: [AuthModule.forRoot(issuer.verifier())], controllers: [Hybrid] })
  class AppModule {}
  await expect(startApp('express', AppModule).then(({ app }) => app.close())).rejects.toThrow(
    'Hybrid.receive: its @RequireScopes(…)',
  )
})

test('a decorator between two of ours hides neither a policy nor a contradiction', () => {
  class Between {
    @RequireScopes('accounts:read')
    @wrapped(false)
    @RequireScopes('accounts:write')
    both() {}
  }
  expect(accessOf(Between, Between.prototype.both)).toEqual(['accounts:write', 'accounts:read'])
  expect(() => {
    class Contradiction {
      @Public()
      @wrapped(false)
      @RequireScopes('accounts:write')
      list() {}
    }
    return Contradiction
  }).toThrow('Contradiction.list has both @Public() and @RequireScopes')
})

test('a verifier that would be made for each request keeps the application from starting', async () => {
  @Module({ imports: [AuthModule.forRootAsync({ inject: [REQUEST], useFactory: () => issuer.verifier() })] })
  class AppModule {}
  await expect(startApp('express', AppModule)).rejects.toThrow('inject nothing that is request-scoped')
})
