import { type Answer, accepted } from '../conformance/answers.js'
import type { RunningApi } from '../conformance/api.js'
import { send } from '../conformance/wire.js'
import type { AttackResult } from './attack.js'
import type { Scene } from './scene.js'

/** A request without a token for what is guarded, by another name or method. */
export interface PathAttack {
  readonly id: string
  readonly run: (api: RunningApi, scene: Scene) => Promise<AttackResult>
}

const refused: Answer = { ...accepted, status: 401 }

const paths: readonly (readonly [id: string, about: string, change: (path: string) => string, method?: string])[] = [
  ['A-44', 'a preflight', (path) => path, 'OPTIONS'],
  ['A-46', 'a double slash', (path) => `/${path}`],
  ['A-47', 'a slash at the end', (path) => `${path}/`],
  ['A-48', 'in capitals', (path) => path.toUpperCase()],
  ['A-49', 'an encoded dot segment', (path) => `/%2e${path}`],
  ['A-49b', 'an encoded dot segment that goes up', (path) => `/open/%2e%2e${path}`],
  ['A-50', 'a matrix parameter', (path) => `${path};a=b`],
  ['A-50b', 'a parameter in front', (path) => `/;a=b${path}`],
]

/**
 * Whether such a request is answered at all, and how, is the framework's affair: it must not get what a good token gets.
 * What it got instead stands as a 401 in the result.
 */
export const pathAttacks: readonly PathAttack[] = paths.map(([id, about, change, method]) => ({
  id,
  run: async (api, { rsa, claims }) => {
    const called = api.call('read')
    const token = await rsa.sign(claims())
    const granted = await send({ ...called, headers: [['authorization', `Bearer ${token}`]] })
    const { origin, pathname, search } = new URL(called.url)
    const path = `${change(pathname)}${search}`
    const { status, body } = await send({ ...called, method: method ?? called.method, url: origin, path, headers: [] })
    const leaks = granted.status !== 200 || (status < 300 && body === granted.body)
    return { id, about, expected: refused, seen: leaks ? { ...refused, status, body } : refused }
  },
}))
