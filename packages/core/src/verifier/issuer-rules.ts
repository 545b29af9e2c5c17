import type { Match } from '../profiles/profile.js'
import { checkNames, isListOf } from '../shapes.js'
import { algorithmNames, readAlgorithms } from './algorithms.js'
import type { IssuerOptions } from './issuer-types.js'
import { mediaType } from './jws.js'
import { checkMapping, firstGiven, isPath, nonEmptyList } from './option-checks.js'
import type { ProfileRules } from './profile-rules.js'
import type { CommonRules } from './rules.js'

/** What an issuer takes from its verifier where it says nothing itself. */
export type IssuerDefaults<C extends object> = Pick<
  IssuerOptions<string, C>,
  'audience' | 'algorithms' | 'requiredClaims' | 'require' | 'maxTokenAge' | 'claims'
>

const defaultTypes = ['JWT', 'at+jwt'] as const

/**
 * Checks what tokens are held against.
 *
 * @param knows whether the API has a scope.
 * @throws TypeError
 */
export function readRules<C extends object>(
  options: IssuerOptions<string, C>,
  defaults: IssuerDefaults<C>,
  profile: ProfileRules,
  knows: (scope: string) => boolean,
): CommonRules<C> {
  const audience = firstGiven<string | readonly string[]>(options.audience, defaults.audience, profile.audience)
  const typ = firstGiven(options.typ, profile.typ)
  const algorithms = firstGiven(options.algorithms, defaults.algorithms, profile.algorithms, algorithmNames)
  const { scopeMapping = {} } = options
  checkMapping(scopeMapping, knows)
  return {
    audience: nonEmptyList(audience, 'audience', "'https://api.example.com'"),
    audienceClaim: profile.audienceClaim ?? 'aud',
    algorithms: readAlgorithms(algorithms),
    typ: new Set(nonEmptyList(firstGiven<readonly string[]>(typ, defaultTypes), 'typ', "['at+jwt']").map(mediaType)),
    untyped: typ === undefined,
    clientId: profile.clientId ?? ['client_id', 'azp'],
    furtherCharacters: profile.furtherCharacters,
    subjectRequired: profile.subject === 'required',
    require: [...(profile.require ?? []), ...readMatches(defaults.require), ...readMatches(options.require)],
    requiredClaims: [...(defaults.requiredClaims ?? []), ...(options.requiredClaims ?? [])],
    maxTokenAge: firstGiven(options.maxTokenAge, defaults.maxTokenAge),
    schema: firstGiven(options.claims, defaults.claims),
    scopeMapping: { ...scopeMapping, from: scopeMapping.from ?? profile.scopes },
  }
}

function readMatches(require: readonly Match[] = []): readonly Match[] {
  return require.map((match, i) => {
    checkNames(match, ['path', 'equals', 'exists'], `require[${i}]`)
    if (isMatch(match)) return { ...match }
    throw new TypeError(
      `require[${i}] is no test: { path: 'token_use', equals: 'access' } or { path: 'act', exists: false }`,
    )
  })
}

function isMatch({ path, equals = '', exists = true }: Match): boolean {
  const values = Array.isArray(equals) ? equals : [equals]
  return isPath(path) && isListOf(isComparable, values) && typeof exists === 'boolean'
}

function isComparable(value: unknown): boolean {
  return ['string', 'boolean'].includes(typeof value) || Number.isFinite(value)
}
