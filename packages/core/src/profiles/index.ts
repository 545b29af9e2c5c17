export { aritma } from './aritma.js'
export { auth0 } from './auth0.js'
export { basicForm } from './basic-form.js'
export { cognito } from './cognito.js'
export {
  defineProfile,
  type ProfileData,
  type ProfileFactory,
  type ProfileVariables,
  parseProfile,
  type VariableValues,
} from './define.js'
export { entra } from './entra.js'
export { github } from './github.js'
export { githubApp } from './github-app.js'
export { keycloak } from './keycloak.js'
export { oauth2 } from './oauth2.js'
export { oidc } from './oidc.js'
export { okta } from './okta.js'
export { passport } from './passport.js'
export { portsip } from './portsip.js'
export { portx } from './portx.js'
export type {
  AnswerRules,
  ErrorRule,
  Exchange,
  GrantName,
  IssuerWithKeys,
  LifetimeUnit,
  Match,
  Profile,
  Scalar,
  Template,
  VerifyRules,
} from './profile.js'
export { salesforce } from './salesforce.js'
export { slack } from './slack.js'
