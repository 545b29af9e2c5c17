import { Controller, Get } from '@nestjs/common'
import { describe, expect, test } from 'vitest'
import { accessOf } from '../src/access.js'
import { createNestAuth, OptionalAuth, Public, RequireScopes, UseVerifier } from '../src/index.js'
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

@OptionalAuth()
class Casual extends Base {
  @RequireScopes('casual:read')
  closed() {}

  @Public()
  open() {}
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
    ['a handler of a class with optional authentication', Casual, Casual.prototype.inherited, 'optional'],
    ['a policy on one', Casual, Casual.prototype.closed, ['casual:read']],
    ['a public one', Casual, Casual.prototype.open, 'public'],
    ["the base's handlers keep their policy in an open subclass", Opened, Opened.prototype.replaced, ['base:write']],
  ])('%s', ([, controller, handler, access]) => {
    expect(accessOf(controller, handler)).toEqual(access)
  })
})

test('what is noted later counts, on what extends it as well', () => {
  class Late {
    list() {}
  }
  class Later extends Late {}
  const read = (): readonly unknown[] => [Late, Later].map((each) => accessOf(each, Late.prototype.list))
  expect(read()).toEqual([undefined, undefined])
  Reflect.decorate([RequireScopes('late:read')], Late)
  expect(read()).toEqual([['late:read'], ['late:read']])
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

  test.for<[first: string, second: string, where: string, decorate: () => unknown]>([
    [
      '@Public()',
      '@RequireScopes(…)',
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
      '@RequireScopes(…)',
      '@Public()',
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
      '@RequireScopes(…)',
      '@Public()',
      'Both',
      () => {
        @RequireScopes('accounts:read')
        @Public()
        class Both {}
        return Both
      },
    ],
    [
      '@OptionalAuth()',
      '@RequireScopes(…)',
      'Both.list',
      () => {
        class Both {
          @OptionalAuth()
          @RequireScopes('accounts:read')
          list() {}
        }
        return Both
      },
    ],
    [
      '@Public()',
      '@OptionalAuth()',
      'Both',
      () => {
        @Public()
        @OptionalAuth()
        class Both {}
        return Both
      },
    ],
  ])('%s and %s on %s', ([first, second, where, decorate]) => {
    expect(decorate).toThrow(
      new TypeError(`${where} has both ${first} and ${second}: keep one of them, a handler may differ from its class`),
    )
  })

  test('two verifiers on one target', () => {
    expect(() => {
      class Both {
        @UseVerifier('staff')
        @UseVerifier('partners')
        list() {}
      }
      return Both
    }).toThrow(new TypeError("Both.list is to use the verifiers 'partners' and 'staff': keep one of them"))
  })

  test.for<unknown>(['', 5, null])('%j as the name of a verifier', (name) => {
    expect(() => Reflect.apply(UseVerifier, undefined, [name])).toThrow(
      new TypeError("a verifier's name is a text: 'partners' for instance"),
    )
  })
})
