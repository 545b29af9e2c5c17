import { runAsProcess } from 'accounts'
import { start } from './start.js'

await runAsProcess(start)
