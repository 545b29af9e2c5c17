export { type Api, type AppType, createApp } from './app.js'
export { start } from './start.js'
