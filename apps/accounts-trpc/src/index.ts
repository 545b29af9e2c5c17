export { type Api, type AppRouter, createApi } from './router.js'
export { start } from './start.js'
