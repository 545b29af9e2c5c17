import { demo } from './demo.js'

process.exitCode = await demo(process.argv.slice(2), { out: console.log, error: console.error })
