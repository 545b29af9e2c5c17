import { start } from './start.js'

const api = await start({ port: Number(process.env.PORT ?? 3000) })
console.log(`The Accounts API is at ${api.url}`)

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void api.close())
