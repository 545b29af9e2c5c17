export type { Answer } from './conformance/answers.js'
export type { Route } from './conformance/cases.js'
export {
  type ConformanceConfig,
  type ConformanceResult,
  type RunningApi,
  runConformance,
} from './conformance/run.js'
export type { WireResponse } from './conformance/wire.js'
export type {
  ClientOptions,
  CredentialOptions,
  DoorwayClientOptions,
  TestClient,
  TestCredentials,
  TestUser,
} from './credentials.js'
export type { AritmaDoorway, ClientDoorway, Doorway, Doorways, PortsipDoorway } from './doorway.js'
export type { BasicFormRefusal } from './doorways/basic-form.js'
export type { PortsipAnswers } from './doorways/portsip.js'
export type { Hold, ScriptedAnswer } from './faults.js'
export type { IssueOptions } from './issue.js'
export type { AuthorizationServerOptions } from './options.js'
export type { ProfileName } from './profiles.js'
export type { Endpoint, RecordedRequest } from './recorder.js'
export { type AuthorizationServer, startAuthorizationServer } from './server.js'
