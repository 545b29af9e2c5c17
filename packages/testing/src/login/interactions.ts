import type { IncomingMessage, ServerResponse } from 'node:http'
import type Provider from 'oidc-provider'
import { errors, type Grant } from 'oidc-provider'
import type { WireAnswer } from '../http.js'
import { consentPage, loginPage, messagePage } from './pages.js'
import type { TestPerson } from './people.js'
import { codeLogin, passwordLogin, wantsCode } from './provider.js'

/** Where oidc-provider sends whoever it has to ask something. */
export const interactionPath: RegExp = /^\/interaction\/([\w-]+)(?:\/(login|consent|cancel))?$/

/** What the pages know. */
export interface Interactions {
  readonly provider: Provider
  readonly people: ReadonlyMap<string, TestPerson>
  /** Each scope in words. */
  readonly descriptions: Readonly<Record<string, string>>
}

/** A request to one of the pages: what was sent, and the pair by which oidc-provider knows it. */
export interface InteractionRequest {
  readonly method: string
  readonly path: string
  readonly body: string
  readonly message: IncomingMessage
  readonly response: ServerResponse
}

type Details = Awaited<ReturnType<Provider['interactionDetails']>>

/** Answers a page, or what was sent from one. */
export async function interact(pages: Interactions, request: InteractionRequest): Promise<WireAnswer> {
  const { provider } = pages
  const { message, response } = request
  try {
    const details = await provider.interactionDetails(message, response)
    const [, uid, step] = interactionPath.exec(request.path) ?? []
    if (uid !== details.uid) throw new errors.SessionNotFound('another interaction')
    if (step === undefined && request.method === 'GET') return await show(pages, details)
    if (request.method !== 'POST') return messagePage(405, 'Not like this', 'Please use the form.')
    const finish = async (result: Parameters<Provider['interactionResult']>[2]): Promise<WireAnswer> => ({
      status: 303,
      headers: {
        location: await provider.interactionResult(message, response, result, { mergeWithLastSubmission: true }),
        'cache-control': 'no-store',
      },
    })
    if (step === 'cancel') return await finish({ error: 'access_denied', error_description: 'the person said no' })
    if (step === 'consent' && details.prompt.name === 'consent') {
      return await finish({ consent: { grantId: await grant(pages, details) } })
    }
    const form = new URLSearchParams(request.body)
    const login = signIn(pages, details, form)
    if (login !== undefined) return await finish({ login })
    return await show(pages, details, { username: form.get('username') ?? '', error: wrong(details) })
  } catch (error) {
    if (!(error instanceof errors.SessionNotFound)) throw error
    return messagePage(400, 'This page has had its day', 'Please go back to the app and start again.')
  }
}

/** One sentence for every mistake, so that nobody learns which names exist. */
function wrong({ params }: Details): string {
  return wantsCode(params.acr_values)
    ? 'The user name, the password or the code is wrong.'
    : 'The user name or the password is wrong.'
}

interface Attempt {
  readonly username: string
  readonly error: string
}

async function show(pages: Interactions, details: Details, failed?: Attempt): Promise<WireAnswer> {
  const { prompt, params, session, uid } = details
  const path = `/interaction/${uid}`
  const client = (await pages.provider.Client.find(String(params.client_id)))?.clientName ?? String(params.client_id)
  if (prompt.name === 'consent') {
    const person = personOf(pages, details)
    return consentPage({ path, client, person: person.name, scopes: asked(pages, details, person) })
  }
  const hint = session?.accountId ?? failed?.username ?? params.login_hint
  return loginPage({
    path,
    client,
    username: typeof hint === 'string' ? hint : undefined,
    again: session?.accountId !== undefined && prompt.name === 'login' && !prompt.reasons.includes('login_prompt'),
    withCode: wantsCode(params.acr_values),
    error: failed?.error,
  })
}

/** Whose name, password and, if asked for, code are right. */
function signIn({ people }: Interactions, { params, prompt }: Details, form: URLSearchParams) {
  const withCode = wantsCode(params.acr_values)
  const person = people.get(form.get('username') ?? '')
  if (prompt.name !== 'login' || person === undefined || form.get('password') !== person.password) return undefined
  if (withCode && form.get('code') !== person.code) return undefined
  return {
    accountId: person.username,
    acr: withCode ? codeLogin : passwordLogin,
    amr: withCode ? ['pwd', 'otp'] : ['pwd'],
  }
}

function personOf({ people }: Interactions, { session }: Details): TestPerson {
  const person = people.get(session?.accountId ?? '')
  if (person === undefined) throw new Error('consent is asked of somebody who has logged in')
  return person
}

/** The scopes that a client lacks, and of those that mean something to a person, whether this one may grant them. */
function asked({ descriptions }: Interactions, details: Details, person: TestPerson) {
  const { missingResourceScopes, missingOIDCScope } = missing(details)
  const own = missingOIDCScope.filter((name) => name !== 'openid').map((name) => ({ name, allowed: true }))
  const api = Object.values(missingResourceScopes)
    .flat()
    .map((name) => ({ name, allowed: person.scopes.includes(name) }))
  return [...own, ...api].map((each) => ({ ...each, description: descriptions[each.name] ?? each.name }))
}

/** oidc-provider describes by reason what it lacks, as JSON. */
function missing({ prompt: { details } }: Details) {
  const { missingOIDCScope = [], missingResourceScopes = {} } = details as {
    readonly missingOIDCScope?: readonly string[]
    readonly missingResourceScopes?: Readonly<Record<string, readonly string[]>>
  }
  return { missingOIDCScope, missingResourceScopes }
}

/** Adds to what the person has granted already. */
async function grant(pages: Interactions, details: Details): Promise<string> {
  const { provider } = pages
  const { grantId, params } = details
  const person = personOf(pages, details)
  const known: Grant | undefined = grantId === undefined ? undefined : await provider.Grant.find(grantId)
  const given = known ?? new provider.Grant({ accountId: person.username, clientId: String(params.client_id) })
  const { missingOIDCScope, missingResourceScopes } = missing(details)
  given.addOIDCScope(missingOIDCScope.join(' '))
  for (const [resource, scopes] of Object.entries(missingResourceScopes)) {
    given.addResourceScope(resource, scopes.filter((scope) => person.scopes.includes(scope)).join(' '))
    given.rejectResourceScope(resource, scopes.filter((scope) => !person.scopes.includes(scope)).join(' '))
  }
  return await given.save()
}
