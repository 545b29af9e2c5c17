import { describe, expect, test } from 'vitest'
import { filesOf, importsOf, resolveImport, textOf } from './sources.js'

/** A forbidden import, as a line that says where. */
type Breach = string

const coreFiles = filesOf('packages/core/src/**/*.ts')
const sourceFiles = filesOf('packages/*/src/**/*.ts', 'apps/*/src/**/*.{ts,tsx}')

/** The rooms of core and what each may look down on. What lies at the top of src is the ground floor. */
const below: Readonly<Record<string, readonly string[]>> = {
  ground: [],
  scopes: ['ground'],
  oauth: ['ground'],
  profiles: ['oauth', 'scopes', 'ground'],
  cache: ['oauth', 'scopes', 'ground'],
  client: ['cache', 'profiles', 'oauth', 'scopes', 'ground'],
  verifier: ['cache', 'profiles', 'oauth', 'scopes', 'ground'],
  login: ['client', 'verifier', 'cache', 'profiles', 'oauth', 'scopes', 'ground'],
  opentelemetry: ['client', 'verifier', 'ground'],
  index: ['client', 'verifier', 'cache', 'profiles', 'oauth', 'scopes', 'ground'],
}

function roomOf(file: string): string {
  const inside = file.replace('packages/core/src/', '')
  if (inside === 'index.ts') return 'index'
  return inside.includes('/') ? inside.slice(0, inside.indexOf('/')) : 'ground'
}

function relativeImports(file: string): string[] {
  return importsOf(file)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => resolveImport(file, specifier))
}

function packageImports(file: string): string[] {
  return importsOf(file).filter((specifier) => !specifier.startsWith('.') && !specifier.startsWith('#'))
}

function isOfJose(name: string): boolean {
  return name === 'jose' || name.startsWith('jose/')
}

function breaches(files: readonly string[], forbidden: (file: string, specifier: string) => boolean): Breach[] {
  return files.flatMap((file) =>
    packageImports(file)
      .filter((specifier) => forbidden(file, specifier))
      .map((specifier) => `${file} imports ${specifier}`),
  )
}

describe('the rooms of core', () => {
  test('are all known', () => {
    expect([...new Set(coreFiles.map(roomOf))].filter((room) => !Object.hasOwn(below, room))).toEqual([])
    expect(coreFiles.length).toBeGreaterThan(20)
  })

  test('import downwards only', () => {
    const upward = coreFiles.flatMap((file) =>
      relativeImports(file)
        .filter((target) => roomOf(target) !== roomOf(file) && !below[roomOf(file)]?.includes(roomOf(target)))
        .map((target) => `${file} imports ${target}`),
    )
    expect(upward).toEqual([])
  })

  test('import no file in a circle', () => {
    const graph = new Map(sourceFiles.map((file) => [file, relativeImports(file)]))
    expect(circles(graph)).toEqual([])
  })

  test('leave oauth4webapi to oauth/ and jose to oauth/ and verifier/', () => {
    expect(breaches(coreFiles, (file, name) => name === 'oauth4webapi' && roomOf(file) !== 'oauth')).toEqual([])
    expect(
      breaches(coreFiles, (file, name) => isOfJose(name) && !['oauth', 'verifier'].includes(roomOf(file))),
    ).toEqual([])
  })

  test('take of jose the parts they need: as a whole it takes twice as long to load', () => {
    expect(breaches(coreFiles, (_, name) => name === 'jose')).toEqual([])
  })

  test('know nothing but the Web platform, jose and oauth4webapi; of OpenTelemetry the types', () => {
    const typesOnly = (file: string) => !/^import (?!type)[^\n]*'@opentelemetry/m.test(textOf(file))
    const allowed = (file: string, name: string) =>
      isOfJose(name) ||
      name === 'oauth4webapi' ||
      (name === '@opentelemetry/api' && roomOf(file) === 'opentelemetry' && typesOnly(file)) ||
      (name.startsWith('node:') && file.endsWith('.node.ts'))
    expect(breaches(coreFiles, (file, name) => !allowed(file, name))).toEqual([])
  })
})

describe('the packages', () => {
  /** What each package may import besides itself; `@auth/core/...` counts as `@auth/core`. */
  const allowed: Readonly<Record<string, RegExp>> = {
    hono: /^(@auth\/core|hono)(\/|$)/,
    nestjs:
      /^(@auth\/core|@nestjs\/(common|core|microservices|swagger|websockets)|graphql|rxjs|reflect-metadata)(\/|$)/,
    trpc: /^(@auth\/core|@trpc\/(server|client))(\/|$)/,
    testing: /^(jose|oidc-provider|node:)/,
  }

  test.for(Object.keys(allowed))('%s imports only what it says', (name) => {
    const files = filesOf(`packages/${name}/src/**/*.ts`)
    expect(files.length).toBeGreaterThan(0)
    expect(breaches(files, (_, specifier) => !allowed[name]?.test(specifier))).toEqual([])
  })

  test('nestjs loads what is optional only by the sub-path that is for it', () => {
    const optional = /^(@nestjs\/(microservices|swagger|websockets)|graphql)(\/|$)/
    expect(breaches(reachedFrom('packages/nestjs/src/index.ts'), (_, name) => optional.test(name))).toEqual([])
  })

  test('are imported by their name, never by a path into another package', () => {
    const crossing = sourceFiles.flatMap((file) =>
      relativeImports(file)
        .filter((target) => packageOf(target) !== packageOf(file))
        .map((target) => `${file} imports ${target}`),
    )
    expect(crossing).toEqual([])
  })
})

describe('public types', () => {
  test('hold nothing of jose or oauth4webapi', () => {
    const seen = new Set(['packages/core/dist/index.d.ts', 'packages/core/dist/profiles/index.d.ts'])
    const foreign: Breach[] = []
    for (const file of seen) {
      for (const specifier of importsOf(file)) {
        if (specifier.startsWith('.')) seen.add(resolveImport(file, specifier).replace(/\.ts$/, '.d.ts'))
        else foreign.push(`${file} imports ${specifier}`)
      }
    }
    expect(seen.size).toBeGreaterThan(10)
    expect(foreign).toEqual([])
  })
})

/** A file and all that it imports, directly or not, of its own package. */
function reachedFrom(file: string): readonly string[] {
  const seen = new Set([file])
  for (const each of seen) for (const target of relativeImports(each)) seen.add(target)
  return [...seen]
}

function packageOf(file: string): string {
  return file.split('/').slice(0, 2).join('/')
}

/** Every circle of a graph, each by one of its edges; depth first, a grey node met again closes a circle. */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = []
  const state = new Map<string, 'grey' | 'black'>()
  const visit = (file: string): void => {
    state.set(file, 'grey')
    for (const next of graph.get(file) ?? []) {
      if (state.get(next) === 'grey') found.push(`${file} → ${next}`)
      else if (!state.has(next)) visit(next)
    }
    state.set(file, 'black')
  }
  for (const file of graph.keys()) if (!state.has(file)) visit(file)
  return found
}
