import type { Peer } from '../peer.js'
import { badgateway } from './badgateway.js'
import { googleAuthLibrary } from './google-auth-library.js'
import { msalNode } from './msal-node.js'
import { openidClient } from './openid-client.js'
import { simpleOauth2 } from './simple-oauth2.js'

/** The libraries this toolkit is measured beside. */
export const peers: readonly Peer[] = [googleAuthLibrary, msalNode, simpleOauth2, badgateway, openidClient]
