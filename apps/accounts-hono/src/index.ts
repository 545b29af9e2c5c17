export { type Api, createApp } from './app.js'
export { type RunningApi, type StartOptions, start } from './start.js'
