export { type RunningApi, type StartOptions, start } from './start.js'
