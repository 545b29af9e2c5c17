export { AuthError } from './auth-error.js'
export {
  BearerError,
  type BearerErrorCode,
  type BearerErrorInit,
  type DpopOffer,
  type HttpAnswer,
  type StepUp,
} from './bearer-error.js'
export { type Interaction, TokenRequestError, type TokenRequestErrorCode } from './token-request-error.js'
