export type { LoginEvent } from './events.js'
export { createLogin } from './login.js'
export { LoginError, type LoginErrorCode, type LoginErrorInit } from './login-error.js'
export type {
  Login,
  LoginOptions,
  LoginRequest,
  LogoutOptions,
  Session,
  SessionLifetimes,
  SessionTokenOptions,
  StartOptions,
} from './types.js'
