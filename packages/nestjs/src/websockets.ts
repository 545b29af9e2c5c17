import type { BearerError } from '@auth/core'
import { WsException } from '@nestjs/websockets'
import { accessOf } from './access.js'
import { refusalData } from './answer.js'
import { BearerGateway } from './bearer.gateway.js'
import { classesOf, type Target } from './handlers.js'
import { endWith, handshakeOf, hangUp, tell } from './sockets.js'
import type { Transport } from './transport.js'

export { BearerGateway } from './bearer.gateway.js'

/**
 * Lets the guards work for gateways, on `ws` and Socket.IO. The token comes in the request that opens the connection: in
 * `Authorization`, or in Socket.IO's `auth: { token }`. A refusal is a `WsException` with `{ status, challenge, body }`.
 *
 * Every gateway has to extend {@link BearerGateway}, or to be `@Public()`: otherwise its connections would be open, and
 * the application does not start.
 *
 * @example
 * AuthModule.forRoot(verifier, { transports: [websockets()] })
 */
export function websockets(): Transport {
  return {
    type: 'ws',
    arrival: (context) => {
      const client = context.switchToWs().getClient<object>()
      const request = handshakeOf(client)
      if (request === undefined) return undefined
      return {
        carrier: client,
        request,
        accepted: (token) => endWith(client, token, (refusal) => end(client, refusal)),
      }
    },
    refuse: (error) => Object.assign(new WsException(refusalData(error)), { cause: error }),
    check: (modules) => classesOf(modules).filter(isGateway).forEach(checkGateway),
  }
}

function end(client: object, refusal: BearerError): void {
  tell(client, refusalData(refusal))
  hangUp(client, 1008, 'Unauthorized')
}

function isGateway(target: Target): boolean {
  return Reflect.getMetadata('websockets:is_gateway', target) === true
}

/** @throws TypeError for a gateway that lets anybody connect and does not say so. */
function checkGateway(gateway: Target): void {
  const { handleConnection }: { readonly handleConnection?: unknown } = gateway.prototype
  if (handleConnection === BearerGateway.prototype.handleConnection) return
  if (accessOf(gateway, gateway.prototype) === 'public') return
  throw new TypeError(
    `${gateway.name} lets anybody connect: extend BearerGateway and put what handleConnection does into onConnection, or mark the class @Public()`,
  )
}
