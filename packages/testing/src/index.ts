export type { AttackResult } from './attacks/attack.js'
export { runAttacks } from './attacks/run.js'
export type { Answer } from './conformance/answers.js'
export type { ConformanceConfig, RunningApi } from './conformance/api.js'
export type { Route } from './conformance/cases.js'
export {
  type ConformanceAdapter,
  type ConformanceResult,
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
export type {
  AritmaDoorway,
  ClientDoorway,
  Doorway,
  Doorways,
  IssueOptions,
  PortsipAnswers,
  PortsipDoorway,
} from './doorway.js'
export type { Hold, ScriptedAnswer } from './faults.js'
export type { LoginClientOptions, LoginServerOptions } from './login/options.js'
export type { People, TestPerson } from './login/people.js'
export { type LoginServer, startLoginServer } from './login/server.js'
export { createUserAgent, type PageAnswers, type UserAgent, type WayBack } from './login/user-agent.js'
export type { AuthorizationServerOptions, BasicFormRefusal } from './options.js'
export type { ProfileName } from './profiles.js'
export type { Endpoint, RecordedRequest } from './recorder.js'
export { type AuthorizationServer, startAuthorizationServer } from './server.js'
export {
  runStoreContract,
  type StoreContractCase,
  type StoreContractResult,
  storeContract,
} from './store-contract/run.js'
export type { ContractLock, ContractRecord, ContractStore, StoreContractOptions } from './store-contract/store.js'
