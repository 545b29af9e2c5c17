import { readResource, readScope } from '../client/request.js'
import { endpointUrl } from '../oauth/endpoint.js'
import { checkNames, isListOf, isNonEmptyString } from '../shapes.js'
import { LoginError } from './login-error.js'
import type { LoginOptions, LoginRequest, StartOptions } from './types.js'

/** Every option there is: the type keeps the list complete. */
const names: Readonly<Record<keyof LoginOptions, true>> = {
  issuer: true,
  profile: true,
  endpointOrigins: true,
  clientId: true,
  clientSecret: true,
  clientAuth: true,
  redirectUri: true,
  scope: true,
  resource: true,
  prompt: true,
  maxAge: true,
  acrValues: true,
  loginHint: true,
  parameters: true,
  responseMode: true,
  store: true,
  sessions: true,
  cookieName: true,
  verifier: true,
  idTokenAlgorithms: true,
  userInfo: true,
  postLogoutRedirectUri: true,
  idTokenHint: true,
  dangerouslyAllowImplicit: true,
  fetch: true,
  now: true,
  timeout: true,
  onError: true,
  onEvent: true,
}

/** @throws TypeError saying which option is wrong, what was expected, and an example. */
export function checkOptions(options: Omit<LoginOptions, 'verifier'>): void {
  checkNames(options, Object.keys(names), 'createLogin')
  checkRequest(options)
  const { clientId, redirectUri, responseMode, sessions, cookieName, postLogoutRedirectUri, onError, onEvent } = options
  if (!isNonEmptyString(clientId)) throw new TypeError("clientId is missing: expected a text like 'my-app'")
  checkOwnUrl(redirectUri, 'redirectUri')
  if (postLogoutRedirectUri !== undefined) checkOwnUrl(postLogoutRedirectUri, 'postLogoutRedirectUri')
  if (responseMode !== undefined && responseMode !== 'query' && responseMode !== 'form_post') {
    throw new TypeError("responseMode is 'query' or 'form_post'")
  }
  if (sessions !== undefined) checkNames(sessions, ['idle', 'absolute'], 'sessions')
  if (cookieName !== undefined && !/^[A-Za-z0-9_-]{1,64}$/.test(cookieName)) {
    throw new TypeError("cookieName is made of letters, digits, '-' and '_', 64 at most, like 'session'")
  }
  for (const name of ['userInfo', 'idTokenHint', 'dangerouslyAllowImplicit'] as const) {
    const value: unknown = options[name]
    if (value !== undefined && typeof value !== 'boolean') throw new TypeError(`${name} is true or false`)
  }
  if (options.dangerouslyAllowImplicit === true && responseMode !== 'form_post') {
    throw new TypeError("dangerouslyAllowImplicit needs responseMode: 'form_post': no token may be in a URL")
  }
  for (const [name, value] of Object.entries({ onError, onEvent })) {
    if (value !== undefined && typeof value !== 'function') throw new TypeError(`${name} must be a function`)
  }
}

/** @throws TypeError */
export function checkVerifier(verifier: { readonly authenticate: unknown } | undefined): void {
  if (verifier === undefined || typeof verifier.authenticate === 'function') return
  throw new TypeError('verifier is what createVerifier({ issuer, audience }) returns')
}

/** What a login asks for, by whatever it is configured. */
function checkRequest({
  scope,
  resource,
  prompt,
  maxAge,
  acrValues,
  loginHint,
}: LoginRequest & Pick<StartOptions, 'scope'>): void {
  readScope(scope)
  readResource(resource)
  for (const [name, value] of Object.entries({ prompt, loginHint })) {
    if (value !== undefined && !isNonEmptyString(value)) throw new TypeError(`${name} is a non-empty string`)
  }
  if (maxAge !== undefined && !(Number.isSafeInteger(maxAge) && maxAge >= 0)) {
    throw new TypeError('maxAge is a whole number of seconds, 300 for instance')
  }
  const valid = (each: unknown): boolean => typeof each === 'string' && /^[\x21-\x7e]+$/.test(each)
  if (acrValues !== undefined && !isListOf(valid, acrValues)) {
    throw new TypeError("acrValues is a non-empty list of texts without blanks, ['urn:example:mfa'] for instance")
  }
}

/** What one login asks for. At call time there are no other errors. @throws LoginError `invalid_request` */
export function checkStart(options: StartOptions): void {
  try {
    checkRequest(options)
  } catch (error) {
    const reason = error instanceof TypeError ? error.message : 'what is asked for cannot be read'
    throw new LoginError('invalid_request', { reason })
  }
}

/** @throws TypeError */
export function readSeconds(name: string, seconds: number): number {
  if (typeof seconds === 'number' && seconds > 0 && seconds <= 31_536_000) return seconds
  throw new TypeError(`${name} is a number of seconds above 0, a year at most, like 3600`)
}

/** Names the login fills in itself. */
const reserved = [
  'client_id',
  'response_type',
  'response_mode',
  'redirect_uri',
  'scope',
  'resource',
  'state',
  'nonce',
  'code_challenge',
  'code_challenge_method',
  'prompt',
  'max_age',
  'acr_values',
  'login_hint',
  'request',
  'request_uri',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
]

/** Reads the further parameters of an authorization request, and copies them. @throws TypeError */
export function readParameters(parameters: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  for (const [name, value] of Object.entries(parameters)) {
    if (reserved.includes(name)) throw new TypeError(`parameters.${name} has an option of its own, or none`)
    if (typeof value !== 'string') throw new TypeError(`parameters.${name} must be a string`)
  }
  return Object.freeze({ ...parameters })
}

function checkOwnUrl(value: unknown, name: string): void {
  if (typeof value !== 'string') throw new TypeError(`${name} is missing: expected 'https://app.example/auth/callback'`)
  const url = endpointUrl(value, name)
  if (name === 'redirectUri' && (url.search !== '' || url.pathname.endsWith('/') || /[;,\s]/.test(url.pathname))) {
    throw new TypeError("redirectUri has a path and no query: expected one like 'https://app.example/auth/callback'")
  }
}
