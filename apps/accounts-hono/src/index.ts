export { type Api, createApp } from './app.js'
export { start } from './start.js'
