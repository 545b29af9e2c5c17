import { createBackend } from '../backend.js'
import { createDoorway } from '../create-doorway.js'
import { createRegistry } from '../credentials.js'
import type { AssertionClient, Dialect } from '../dialect.js'
import type { Doorways } from '../doorway.js'
import { createFaults } from '../faults.js'
import { type Front, routesOf } from '../front.js'
import { createKeyRing, createSigningKey } from '../keys.js'
import type { Settings } from '../options.js'
import type { ProfileName } from '../profiles.js'
import { createRecorder } from '../recorder.js'
import { createStore } from '../store.js'
import { aritma } from './aritma.js'
import { basicForm } from './basic-form.js'
import { passport } from './passport.js'
import { portsip } from './portsip.js'
import { portx } from './portx.js'

/** A doorway that has been opened, by its name, and what answers behind it. */
export interface Opened {
  readonly front: Front
  readonly doorway: Partial<Doorways>
}

/** Opens one doorway. */
export async function openDoorway(name: ProfileName, issuer: string, settings: Settings): Promise<Opened> {
  // A copy: the doorway's owner may change it later, and the caller's options stay as they are.
  const answers = { ...settings.portsip }
  const dialect = dialectOf(name, { ...settings, portsip: answers })
  const registry = createRegistry(dialect.clientIds, dialect.scopes, name === 'portsip' ? {} : settings.clients[name])
  const { user, limitedUser, twoFactorUser } = registry
  const [keys, assertionClient] = await Promise.all([createKeyRing(dialect.keyNaming), assertionClientOf(name)])
  const backend = createBackend(dialect, {
    issuer,
    audience: settings.audience,
    keys,
    store: createStore(),
    registry,
    users: new Map([user, limitedUser, twoFactorUser].map((each) => [each.username, each])),
    assertionClient,
    state: { lifetime: settings.lifetime ?? dialect.lifetime },
  })
  const front: Front = { backend, recorder: createRecorder(), faults: createFaults(), routes: routesOf(backend) }
  return { front, doorway: named(name, front, answers, assertionClient) }
}

function dialectOf(name: ProfileName, settings: Settings): Dialect {
  switch (name) {
    case 'portx':
      return portx
    case 'portsip':
      return portsip(settings.portsip)
    case 'passport':
      return passport()
    case 'basicForm':
      return basicForm(settings.basicForm)
    case 'aritma':
      return aritma
  }
}

async function assertionClientOf(name: ProfileName): Promise<AssertionClient | undefined> {
  return name === 'aritma' ? { clientId: 'aritma-assertion-client', key: await createSigningKey() } : undefined
}

function named(
  name: ProfileName,
  front: Front,
  answers: Settings['portsip'],
  assertionClient: AssertionClient | undefined,
): Partial<Doorways> {
  const doorway = createDoorway(front)
  const { client, limitedClient, user, limitedUser, twoFactorUser } = front.backend.registry
  // Assigned, not spread: a doorway's accessors have to stay accessors.
  if (name === 'portsip') return { portsip: Object.assign(doorway, { user, limitedUser, twoFactorUser, answers }) }
  const withClients = Object.assign(doorway, { client, limitedClient })
  if (name !== 'aritma') return { [name]: withClients }
  if (assertionClient === undefined) throw new Error('the aritma doorway needs a client that signs')
  const { clientId, key } = assertionClient
  const signer = { clientId, privateKey: key.privateKey, kid: key.kid }
  return { aritma: Object.assign(withClients, { user, limitedUser, assertionClient: signer }) }
}
