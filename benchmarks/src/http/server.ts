import { audience, issuer } from '../tokens/token.js'
import { apps, titleOf } from './apps/index.js'

// A process of one app: its name and the URL of the keys are given, its port and its CPU time are asked for.
const [title, jwksUri = ''] = process.argv.slice(2)
const app = apps.find((each) => titleOf(each) === title)
if (app === undefined) throw new Error(`there is no app called ${String(title)}`)
const start = await app.load()
const { port, path } = await start({ issuer, audience, jwksUri })
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.(user + system)
})
process.on('disconnect', () => process.exit(0))
process.send?.(`http://127.0.0.1:${port}${path}`)
