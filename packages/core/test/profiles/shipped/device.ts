import { deviceCode } from '../../../src/client/grants/device-code.js'
import type { Grant } from '../../../src/client/grants/grant.js'

/** What a server answers that is asked for a login with another device (RFC 8628 §3.2). */
export const deviceAnswer = {
  device_code: 'GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS',
  user_code: 'WDJB-MJHT',
  verification_uri: 'https://example.com/device',
  verification_uri_complete: 'https://example.com/device?user_code=WDJB-MJHT',
  expires_in: 1800,
  interval: 5,
}

/** Shows nothing and waits for nobody. */
export function onDevice(): Grant {
  return deviceCode({ show: () => undefined, wait: async () => undefined })
}

/** What is sent for the code once the person is done. */
export const deviceGrant: readonly (readonly [string, string])[] = [
  ['grant_type', 'urn:ietf:params:oauth:grant-type:device_code'],
  ['device_code', deviceAnswer.device_code],
]
