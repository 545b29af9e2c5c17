import type { Hono } from 'hono'
import { createApp } from './app.js'

const app: Hono = createApp((c) => c.env.CONFIG)

export default app
