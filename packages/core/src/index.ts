export { type MemoryStoreOptions, memoryStore } from './cache/memory-store.js'
export { isStoredToken, type StoredToken, type StoreLock, type TokenStore } from './cache/store.js'
export type { Challenge } from './challenge.js'
export type { ApiAnswer } from './client/api-answer.js'
export { type Dpop, type DpopOptions, dpop, type ProvenRequest } from './client/dpop.js'
export type { TokenClientEvent } from './client/events.js'
export { type DeviceCodeOptions, type DeviceLogin, deviceCode } from './client/grants/device-code.js'
export type { Grant, GrantContext, GrantParameters } from './client/grants/grant.js'
export {
  type GivenAssertion,
  type JwtBearerOptions,
  jwtBearer,
  type SignedAssertion,
} from './client/grants/jwt-bearer.js'
export { clientCredentials, password, refreshToken, signIn } from './client/grants/standard.js'
export { type TokenExchangeOptions, type TokenType, tokenExchange } from './client/grants/token-exchange.js'
export type { HeadersOptions, TokenClientOptions, TokenRequestOptions } from './client/options.js'
export { createTokenClient, type TokenClient } from './client/token-client.js'
export type { TokenSet } from './client/token-set.js'
export type { BearerErrorCode, DpopOffer, HttpAnswer, Interaction, StepUp, TokenRequestErrorCode } from './errors.js'
export { AuthError, BearerError, TokenRequestError } from './errors.js'
export { clientSecretJwt, type PrivateKeyJwtOptions, privateKeyJwt } from './oauth/client-assertion.js'
export {
  type BasicEncoding,
  type ClientAuthContext,
  type ClientAuthentication,
  type ClientAuthMethod,
  type ClientAuthParts,
  clientSecretBasic,
  clientSecretPost,
  none,
  type Secret,
  tlsClientAuth,
} from './oauth/client-authentication.js'
export type { ProofKeyPair } from './oauth/proof-key.js'
export type { AssertionAlgorithm, PrivateKey, SigningOptions } from './oauth/signing-key.js'
export type { GrantName, Match, Profile } from './profiles/profile.js'
export type { RequestContext } from './runtime.js'
export type { ScopeCatalogue, ScopeOptions } from './scopes/catalogue.js'
export { defineScopes } from './scopes/catalogue.js'
export type { ScopeMapping } from './scopes/mapping.js'
export type { OpenApiFlow, OpenApiOptions, OpenApiScheme, OpenApiSecurity } from './scopes/openapi.js'
export type { AllOf, AnyOf, Policy } from './scopes/policy.js'
export { allOf, allOfEach, anyOf, checkPolicy } from './scopes/policy.js'
export { allows, authorize, recheck, stepUp } from './verifier/access-token.js'
export {
  type CertificateFrom,
  type ClientCertificate,
  type ClientCertificates,
  clientCertificates,
} from './verifier/certificate.js'
export { certificateHeader, peerCertificate } from './verifier/certificate-sources.js'
export { type Denylist, type DenylistOptions, denylist } from './verifier/denylist.js'
export { type DpopProofs, type DpopProofsOptions, dpopProofs } from './verifier/dpop.js'
export {
  type DpopNonces,
  type NonceSecrets,
  type StatelessNonceOptions,
  statelessNonces,
} from './verifier/dpop-nonces.js'
export { verifierFromEnv } from './verifier/env.js'
export type { VerifierEvent } from './verifier/events.js'
export { onExpiry } from './verifier/expiry.js'
export { type Introspection, introspect } from './verifier/introspect.js'
export type { IntrospectOptions, SignedAnswersOptions } from './verifier/introspect-options.js'
export type { FindIssuer, IssuerOptions } from './verifier/issuer-types.js'
export type { Jwk, JwkSet } from './verifier/jwk-set.js'
export { type ExportedKeySet, type ExportedKeys, type PortableKeys, portableKeys } from './verifier/key-export.js'
export type { VerifierStatus } from './verifier/key-status.js'
export { type LookedUpIssuers, lookUpIssuers } from './verifier/look-up-issuers.js'
export type { LookupOptions } from './verifier/open-issuers.js'
export type { IssuerStatus } from './verifier/remote-keys.js'
export {
  type MemoryReplayStoreOptions,
  memoryReplayStore,
  type ReplayStore,
  type UsedProof,
} from './verifier/replay-store.js'
export type { NodeRequest, RequestLike } from './verifier/request.js'
export { type ProtectedResource, protectedResource, type ResourceMetadata } from './verifier/resource-metadata.js'
export type { IsRevoked, RevocationQuery } from './verifier/revocation.js'
export type { ClaimsSchema } from './verifier/standard-schema.js'
export { checkStepUp } from './verifier/step-up.js'
export { allowTenants, type Tenants } from './verifier/tenants.js'
export type { AccessToken, Claims, RegisteredClaims, UnknownClaims } from './verifier/token-types.js'
export type {
  AnyVerifier,
  AuthenticateOptions,
  ScopeOf,
  TokenOf,
  Verifier,
  VerifierOptions,
  VerifyOptions,
} from './verifier/types.js'
export { createVerifier } from './verifier/verifier.js'
