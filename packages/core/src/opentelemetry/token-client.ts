import type { Attributes, Meter } from '@opentelemetry/api'
import type { TokenClientEvent } from '../client/events.js'
import { durationHistogram } from './instruments.js'
import { checkOptions, type TelemetryOptions } from './options.js'
import { spanMaker } from './spans.js'

/** Upper bounds in seconds, from a token that is about to end to one of a day. */
const lifetimes = [0, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400]

type EventOf<T extends TokenClientEvent['type']> = Extract<TokenClientEvent, { readonly type: T }>
type Acquisition = EventOf<'acquired' | 'renewed' | 'failed'>

/**
 * Turns the events of token clients into OpenTelemetry metrics and spans; none holds a token, a secret or a person.
 *
 * Each listener makes its own instruments: clients of one meter share one listener.
 *
 * @throws TypeError when there is neither a meter nor a tracer.
 * @example
 * const onEvent = tokenClientTelemetry({ meter: metrics.getMeter('my-service'), tracer: trace.getTracer('my-service') })
 * const client = createTokenClient({ profile: portx(), clientId, clientSecret, onEvent })
 */
export function tokenClientTelemetry(options: TelemetryOptions): (event: TokenClientEvent) => void {
  checkOptions('tokenClientTelemetry', options)
  const count = options.meter === undefined ? undefined : metricsOf(options.meter)
  const makeSpan = options.tracer === undefined ? undefined : spanMaker(options)
  return (event) => {
    count?.(event)
    if (makeSpan === undefined || !isAcquisition(event)) return
    const attributes = { ...acquisitionAttributes(event), 'oauth.token.remaining_lifetime': event.remaining }
    makeSpan({ name: `acquire_token ${event.grant}`, duration: event.duration, attributes })
  }
}

function metricsOf(meter: Meter): (event: TokenClientEvent) => void {
  const acquisitions = durationHistogram(
    meter,
    'oauth.client.token.acquisition.duration',
    'Time it took to get an access token, retries included',
  )
  const remaining = meter.createHistogram('oauth.client.token.remaining_lifetime', {
    description: 'Time an access token has left to live when a caller gets it',
    unit: 's',
    advice: { explicitBucketBoundaries: lifetimes },
  })
  const counter = (name: string, unit: string, description: string) =>
    meter.createCounter(`oauth.client.${name}`, { description, unit })
  const hits = counter('cache.hits', '{hit}', 'Calls that got a token that was at hand')
  const retries = counter('request.retries', '{retry}', 'Token requests that were sent again')
  const suppressions = counter('request.suppressions', '{suppression}', 'Token requests not sent after a recent one')
  const failures = counter('store.failures', '{failure}', 'Operations of the token store that failed')
  const repairs = counter('response.repairs', '{repair}', 'Departures from RFC 6749 in token responses')
  return (event) => {
    const grant = grantOf(event)
    if (isAcquisition(event)) acquisitions.record(event.duration, acquisitionAttributes(event))
    if (event.type === 'hit' || event.type === 'acquired') remaining.record(event.remaining, grant)
    if ('repairs' in event && event.repairs.length > 0) repairs.add(event.repairs.length, grant)
    if (event.type === 'hit') hits.add(1, grant)
    if (event.type === 'retried') retries.add(1, { ...grant, ...errorOf(event) })
    if (event.type === 'suppressed') suppressions.add(1, { ...grant, 'oauth.client.suppression.reason': event.reason })
    if (event.type === 'store_failed') failures.add(1, { ...grant, 'oauth.client.store.operation': event.operation })
  }
}

function isAcquisition(event: TokenClientEvent): event is Acquisition {
  return event.type === 'acquired' || event.type === 'renewed' || event.type === 'failed'
}

function acquisitionAttributes(event: Acquisition): Attributes {
  const failed = event.type === 'failed'
  return {
    ...grantOf(event),
    'oauth.token.source': event.source,
    'oauth.client.background': failed ? event.background : event.type === 'renewed',
    ...(failed ? errorOf(event) : {}),
  }
}

function grantOf({ grant }: TokenClientEvent): Attributes {
  return { 'oauth.grant.type': grant }
}

function errorOf({ code, status }: EventOf<'failed' | 'retried'>): Attributes {
  return { 'error.type': code, ...(status === undefined ? {} : { 'http.response.status_code': status }) }
}
