import { Controller, Get } from '@nestjs/common'
import { describe, expect, test } from 'vitest'
import { accessOf } from '../src/access.js'
import { createNestAuth, Public, RequireScopes } from '../src/index.js'
import { scopes } from './support/issuer.js'

@RequireScopes('base:read')
class Base {
  inherited() {}

  @RequireScopes('base:write')
  replaced() {}
}

@RequireScopes('own:read')
class Extended extends Base {
  override replaced() {}

  @Public()
  open() {}
}

@Public()
class Opened extends Base {
  @RequireScopes('opened:read')
  closed() {}
}

class Bare {
  nothing() {}

  @RequireScopes('bare:read')
  @RequireScopes('bare:write')
  twice() {}
}

describe('who may call a handler', () => {
  test.for<[name: string, controller: { readonly prototype: object }, handler: object, access: unknown]>([
    ['nobody said so', Bare, Bare.prototype.nothing, undefined],
    ['two decorators on one handler add up', Bare, Bare.prototype.twice, ['bare:write', 'bare:read']],
    ['the class speaks for a handler that says nothing', Base, Base.prototype.inherited, ['base:read']],
    ['class and handler add up', Base, Base.prototype.replaced, ['base:read', 'base:write']],
    ['a subclass adds to its base', Extended, Extended.prototype.inherited, ['base:read', 'own:read']],
    ['an overriding handler starts anew', Extended, Extended.prototype.replaced, ['base:read', 'own:read']],
    ['a public handler of a class with a policy', Extended, Extended.prototype.open, 'public'],
    ['a subclass may open what it inherits', Opened, Opened.prototype.inherited, 'public'],
    ['a policy on a handler of a public class', Opened, Opened.prototype.closed, ['opened:read']],
    ["the base's handlers keep their policy in an open subclass", Opened, Opened.prototype.replaced, ['base:write']],
  ])('%s', ([, controller, handler, access]) => {
    expect(accessOf(controller, handler)).toEqual(access)
  })
})

describe('what is refused where it is written', () => {
  const bound = createNestAuth({ scopes })
  /** For those who write JavaScript: whatever the types say. */
  const define = (...policies: readonly unknown[]): unknown => Reflect.apply(RequireScopes, undefined, policies)

  test.for<[name: string, policies: readonly unknown[], message: string]>([
    ['no policy', [], 'a policy is a scope, allOf(…) or anyOf(…), not undefined'],
    ['an empty scope', [''], "a policy is a scope, allOf(…) or anyOf(…), not ''"],
    ['two scopes in one', ['accounts:read accounts:write'], "not 'accounts:read accounts:write'"],
    ['an empty list', [{ allOf: [] }], 'it is never empty'],
    ['an empty list beside a scope', ['accounts:read', { anyOf: [] }], 'it is never empty'],
    ['an empty list inside', [{ anyOf: ['accounts:read', { allOf: [] }] }], 'it is never empty'],
    ['an array', [['accounts:read']], 'not object'],
    ['null', [null], 'not null'],
  ])('%s', ([, policies, message]) => {
    expect(() => define(...policies)).toThrow(
      expect.objectContaining({ name: 'TypeError', message: expect.stringContaining(message) }),
    )
  })

  test('a scope that the catalogue does not have', () => {
    // @ts-expect-error: it does not compile either
    expect(() => bound.RequireScopes('acounts:read')).toThrow(
      new TypeError("scope 'acounts:read' is not in the catalogue"),
    )
  })

  test.for<[name: string, decorate: () => unknown]>([
    [
      'Both.list',
      () => {
        class Both {
          @Public()
          @RequireScopes('accounts:read')
          list() {}
        }
        return Both
      },
    ],
    [
      'Both.list',
      () => {
        @Controller()
        class Both {
          @Get()
          @RequireScopes('accounts:read')
          @Public()
          list() {}
        }
        return Both
      },
    ],
    [
      'Both',
      () => {
        @RequireScopes('accounts:read')
        @Public()
        class Both {}
        return Both
      },
    ],
  ])('@Public() and @RequireScopes on %s', ([name, decorate]) => {
    expect(decorate).toThrow(
      new TypeError(
        `${name} has both @Public() and @RequireScopes(…): keep one of them, a handler may differ from its class`,
      ),
    )
  })
})
