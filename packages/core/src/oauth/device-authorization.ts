import { isJsonObject, own } from '../json.js'
import { endpointUrl } from './endpoint.js'

/** What begins a login on another device (RFC 8628 §3.2), checked. */
export interface DeviceAuthorization {
  readonly deviceCode: string
  readonly userCode: string
  readonly verificationUri: string
  readonly verificationUriComplete: string | undefined
  /** Seconds the code lives from the request's start, an hour at most. */
  readonly lifetime: number
  /** Seconds between two questions, one at least. */
  readonly interval: number
}

/** Seconds for which a person is waited for at most, whatever the server says. */
export const longestLogin = 3600

/** RFC 8628 §3.2 */
const defaultInterval = 5

/** A server that says less must not be flooded all the same. */
const shortestInterval = 1

/** RFC 6749 appendix A has no entry for it; what a token may hold is enough. */
const code = /^[\x20-\x7e]{1,4096}$/

/** What a person can read and type: nothing that steers a terminal, turns the text around or cannot be seen. */
const typable = /^[\p{L}\p{N}\p{P}\p{S} ]{1,64}$/u

const address = /^[\x21-\x7e]{1,2048}$/

/**
 * Reads the answer to a device authorization request.
 *
 * @returns the name of the member that is missing or malformed, where one is.
 */
export function readDeviceAuthorization(document: unknown): DeviceAuthorization | string {
  if (!isJsonObject(document)) return 'body'
  const deviceCode = text(own(document, 'device_code'), code)
  const userCode = text(own(document, 'user_code'), typable)
  const verificationUri = uri(own(document, 'verification_uri'))
  const complete = own(document, 'verification_uri_complete')
  const verificationUriComplete = uri(complete)
  const lifetime = own(document, 'expires_in')
  const interval = own(document, 'interval') ?? defaultInterval
  if (deviceCode === undefined) return 'device_code'
  if (userCode === undefined) return 'user_code'
  if (verificationUri === undefined) return 'verification_uri'
  if (isGiven(complete) && verificationUriComplete === undefined) return 'verification_uri_complete'
  if (!isSeconds(lifetime) || lifetime === 0) return 'expires_in'
  if (!isSeconds(interval)) return 'interval'
  return {
    deviceCode,
    userCode,
    verificationUri,
    verificationUriComplete,
    lifetime: Math.min(longestLogin, lifetime),
    interval: Math.max(shortestInterval, interval),
  }
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null
}

function text(value: unknown, shape: RegExp): string | undefined {
  return typeof value === 'string' && shape.test(value) ? value : undefined
}

/** As the server wrote it, to be short; a person is sent there, so it must be a page and not a script. */
function uri(value: unknown): string | undefined {
  const written = text(value, address)
  if (written === undefined) return undefined
  try {
    endpointUrl(written, 'verification_uri')
    return written
  } catch {
    return undefined
  }
}

function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}
