import 'reflect-metadata'
import { AuthModule, BearerGuard } from '@auth/nestjs'
import { bearer } from '@auth/hono'
import { createVerifier } from '@auth/core'
import { Controller, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { GuardsConsumer } from '@nestjs/core/guards/guards-consumer.js'
import { Hono } from 'hono'
import { createKey } from './dist/tokens/key.js'
import { createTokens, issuer, audience } from './dist/tokens/token.js'
const key = await createKey('RS256')
const tokens = createTokens(key, 1000, {typ:'JWT'})
const verifier = createVerifier({ issuer, audience, jwks: { keys: [key.jwk] } })
class MeController { me() {} }
Controller()(MeController)
class App {}
Module({ imports: [AuthModule.forRoot(verifier)], controllers: [MeController] })(App)
const app = await NestFactory.createApplicationContext(App, { logger: ['error'] })
const guard = app.get(BearerGuard)
const passing = { canActivate(context) { const r = context.switchToHttp().getRequest(); r.token = r.headers.authorization; return true } }
const consumer = new GuardsConsumer(); const instance = new MeController()
class Req { constructor(a) { this.method='GET'; this.url='/me'; this.originalUrl='/me'; this.headers={host:'127.0.0.1:1', connection:'keep-alive', authorization:a}; this.rawHeaders=['Host','127.0.0.1:1','Connection','keep-alive','authorization',a]; this.socket={} } }
class Res { constructor() { this.x = 1 } }
const auth = () => 'Bearer ' + tokens[Math.random()*1000|0].toString('latin1')
const nop = () => {}
const lanes = {
  nestPass: () => consumer.tryActivate([passing], [new Req(auth()), new Res(), nop], instance, instance.me, 'http'),
  nestOurs: () => consumer.tryActivate([guard], [new Req(auth()), new Res(), nop], instance, instance.me, 'http'),
  verify: () => { const r = new Req(auth()); return verifier.authenticate(r) },
}
const honoPass = new Hono().use(async (c, next) => { c.set('passed', c.req.header('authorization')); await next() }).get('/me', c => c.json({a:1}))
const honoOurs = new Hono().use(bearer(verifier)).get('/me', c => c.json({a:1}))
const hdr = { host: '127.0.0.1:1', connection: 'keep-alive' }
lanes.honoPass = () => honoPass.fetch(new Request('http://127.0.0.1/me', { headers: { ...hdr, authorization: auth() } }))
lanes.honoOurs = () => honoOurs.fetch(new Request('http://127.0.0.1/me', { headers: { ...hdr, authorization: auth() } }))
const N = 4000, R = 90, W = 30
const out = Object.fromEntries(Object.keys(lanes).map(k => [k, []]))
for (let r = 0; r < R; r++) for (const [k, f] of Object.entries(lanes)) {
  const b = process.cpuUsage(); for (let i = 0; i < N; i += 16) await Promise.all(Array.from({length:16}, f)); const c = process.cpuUsage(b)
  if (r >= W) out[k].push((c.user + c.system) / N)
}
for (const [k, v] of Object.entries(out)) { v.sort((a,b)=>a-b); console.log(k.padEnd(10), 'µs median', v[v.length>>1].toFixed(2), 'min', v[0].toFixed(2)) }
process.exit(0)
