export type { TelemetryOptions } from './options.js'
export { tokenClientTelemetry } from './token-client.js'
export { verifierTelemetry } from './verifier.js'
