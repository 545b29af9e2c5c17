export { type AccountsClient, createAccountsClient } from './client.js'
