export type { Challenge } from './challenge.js'
