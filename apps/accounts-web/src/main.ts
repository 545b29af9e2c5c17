import { startEverything } from './everything.js'

const port = Number(process.env.PORT ?? 3000)
const { url, server, close } = await startEverything({ port }).catch((error: NodeJS.ErrnoException) => {
  if (error.code !== 'EADDRINUSE') throw error
  console.error(`Port ${port} is taken: set PORT to another one, 3001 for instance`)
  process.exit(1)
})
const { ada, ben } = server.people

console.log(`The web app is at ${url}

Log in as
${[ada, ben].map(({ username, password, code }) => `  ${username}  password ${password}  one-time code ${code}`).join('\n')}
${ada.username} may allow the app everything, ${ben.username} only to look at accounts and transactions.`)

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void close())
