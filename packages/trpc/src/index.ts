export type { AuthLinkOptions, Link, LinkFetch, LinkRequestInit } from './auth-link.js'
export { authLink } from './auth-link.js'
export type {
  AuthContext,
  Authentication,
  ContextOptions,
  CreateAuthContext,
  IncomingRequest,
} from './context.js'
export { createAuthContext } from './context.js'
export type { AuthErrorShape, FormatterOptions } from './error-formatter.js'
export { authErrorFormatter } from './error-formatter.js'
export type { LinkClient, LinkSocket } from './link-session.js'
export type { AuthMeta } from './plugin.js'
export { authPlugin } from './plugin.js'
export { protectedProcedure } from './protected-procedure.js'
export type { RefusalBody, RefusalData, RefusalShape } from './refusal.js'
export type { ResponseMetaOptions } from './response-meta.js'
export { responseMeta } from './response-meta.js'
export { scoped } from './scoped.js'
export { type AuthSocket, authSocket, type RequestInfo } from './socket.js'
export type { VerifierSource } from './source.js'
export { steppedUp } from './stepped-up.js'
export { createTrpcAuth } from './trpc-auth.js'
