import type { Server } from 'node:http'

/** Lets a server listen on 127.0.0.1 and tells its origin. */
export function listen(http: Server, port = 0): Promise<string> {
  return new Promise((resolve, reject) => {
    http.once('error', reject)
    http.listen(port, '127.0.0.1', () => {
      const address = http.address()
      if (typeof address === 'object' && address !== null) resolve(`http://127.0.0.1:${address.port}`)
      else reject(new Error('the server has no port'))
    })
  })
}

/** Ends a server and all its connections. */
export function shut(http: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    http.close((error) => {
      // Closing twice is no mistake.
      if (error === undefined || !http.listening) resolve()
      else reject(error)
    })
    http.closeAllConnections()
  })
}
