import { env } from 'node:process'
import { serve } from '@hono/node-server'
import { createApp } from './app.js'

const { fetch } = createApp(() => env.CONFIG ?? '')
serve({ fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => console.log(port))
