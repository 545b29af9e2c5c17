import type { Attributes, Meter } from '@opentelemetry/api'
import type { VerifierEvent } from '../verifier/events.js'
import { durationHistogram } from './instruments.js'
import { checkOptions, type TelemetryOptions } from './options.js'
import { type Operation, spanMaker } from './spans.js'

type EventOf<T extends VerifierEvent['type']> = Extract<VerifierEvent, { readonly type: T }>
type KeyFetch = EventOf<'keys_fetched' | 'keys_unavailable'>
type Introspection = EventOf<'token_introspected' | 'introspection_unavailable'>

/**
 * Turns the events of verifiers into OpenTelemetry metrics and spans; none holds a token, a claim or a person.
 *
 * Each listener makes its own instruments: verifiers of one meter share one listener.
 *
 * @throws TypeError when there is neither a meter nor a tracer.
 * @example
 * const onEvent = verifierTelemetry({ meter: metrics.getMeter('my-service'), tracer: trace.getTracer('my-service') })
 * const verifier = createVerifier({ issuer, audience, onEvent })
 */
export function verifierTelemetry(options: TelemetryOptions): (event: VerifierEvent) => void {
  checkOptions('verifierTelemetry', options)
  const count = options.meter === undefined ? undefined : metricsOf(options.meter)
  const makeSpan = options.tracer === undefined ? undefined : spanMaker(options)
  return (event) => {
    count?.(event)
    const operation = operationOf(event)
    if (operation !== undefined) makeSpan?.(operation)
  }
}

function metricsOf(meter: Meter): (event: VerifierEvent) => void {
  const counter = (name: string, unit: string, description: string) =>
    meter.createCounter(`oauth.resource_server.${name}`, { description, unit })
  const duration = (name: string, description: string) =>
    durationHistogram(meter, `oauth.resource_server.${name}.duration`, description)
  const verifications = counter('token.verifications', '{verification}', 'Requests whose token was accepted or refused')
  const keyFetches = duration('key_fetch', "Time it took to fetch an issuer's keys")
  const introspections = duration('introspection', 'Time it took to ask about an opaque token')
  const denylistFailures = counter('denylist.failures', '{failure}', 'Questions the denylist had no answer to')
  const lookUpFailures = counter('issuer.failures', '{failure}', 'Issuers of tokens that could not be looked up')
  const internalErrors = counter('internal_errors', '{error}', 'Errors that should not have been thrown')
  return (event) => {
    if (isKeyFetch(event)) return keyFetches.record(event.duration, keyFetchAttributes(event))
    if (isIntrospection(event)) return introspections.record(event.duration, introspectionAttributes(event))
    if (event.type === 'token_accepted') {
      return verifications.add(1, { ...issuerOf(event), 'oauth.token.remembered': event.remembered })
    }
    if (event.type === 'token_refused') return verifications.add(1, { 'error.type': event.code })
    if (event.type === 'revocation_unavailable') return denylistFailures.add(1, issuerOf(event))
    // Whom the token names is up to whoever made it: without end, and no attribute.
    if (event.type === 'issuer_unavailable') return lookUpFailures.add(1)
    if (event.type === 'internal_error') internalErrors.add(1, { 'error.type': className(event.name) })
  }
}

function operationOf(event: VerifierEvent): Operation | undefined {
  if (isIntrospection(event)) {
    return { name: 'introspect_token', duration: event.duration, attributes: introspectionAttributes(event) }
  }
  if (!isKeyFetch(event)) return undefined
  const keys = event.type === 'keys_fetched' ? { 'oauth.authorization_server.key.count': event.keys } : {}
  return { name: 'fetch_keys', duration: event.duration, attributes: { ...keyFetchAttributes(event), ...keys } }
}

function isKeyFetch(event: VerifierEvent): event is KeyFetch {
  return event.type === 'keys_fetched' || event.type === 'keys_unavailable'
}

function isIntrospection(event: VerifierEvent): event is Introspection {
  return event.type === 'token_introspected' || event.type === 'introspection_unavailable'
}

/** Reasons are prose, of any number: what went wrong is told by the event's name. */
function keyFetchAttributes(event: KeyFetch): Attributes {
  return { ...issuerOf(event), ...(event.type === 'keys_fetched' ? {} : { 'error.type': event.type }) }
}

function introspectionAttributes(event: Introspection): Attributes {
  const outcome =
    event.type === 'token_introspected' ? { 'oauth.token.active': event.active } : { 'error.type': event.type }
  return { ...issuerOf(event), ...outcome }
}

function issuerOf({ issuer }: { readonly issuer: string }): Attributes {
  return { 'oauth.authorization_server.issuer': issuer }
}

/** An error may be given any name; `_OTHER` is what the conventions call the rest. */
function className(name: string): string {
  return /^[A-Z][A-Za-z]{0,49}$/.test(name) ? name : '_OTHER'
}
