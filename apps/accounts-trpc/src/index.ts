export { type Api, type AppRouter, createApi } from './router.js'
export { type RunningApi, type StartOptions, start } from './start.js'
