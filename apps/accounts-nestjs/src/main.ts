import { runAsProcess } from 'accounts'
import { start } from './start.js'

await runAsProcess((options) => start({ ...options, env: { LOG_LEVEL: 'info', ...process.env } }))
