import { describe, expect, test } from 'vitest'
import { endpointUrl } from '../../src/oauth/endpoint.js'

describe('endpointUrl', () => {
  test.for([
    'https://as.example.com/token',
    'https://as.example.com/token?tenant=a',
    'http://127.0.0.1:8080/token',
    'http://127.9.9.9/token',
    'http://[::1]:8080/token',
    'http://localhost/token',
    'http://as.localhost/token',
  ])('%s is taken', (url) => {
    expect(endpointUrl(url, 'tokenEndpoint').href).toBe(url)
    expect(endpointUrl(new URL(url), 'tokenEndpoint').href).toBe(url)
  })

  test.for([
    ['http://as.example.com/token?key=planted', /must be https/],
    ['http://localhost.example.com/', /must be https/],
    ['http://127.0.0.1.example.com/', /must be https/],
    ['http://128.0.0.1/', /must be https/],
    ['http://0.0.0.0/', /must be https/],
    ['http://10.0.0.1/', /must be https/],
    ['ftp://127.0.0.1/', /must be https/],
    ['file:///etc/passwd', /must be https/],
    ['https://user:planted@as.example.com/', /holds credentials/],
    ['https://as.example.com/#planted', /has a fragment/],
    ['/token', /is not a URL/],
    ['', /is not a URL/],
  ] as const)('%s is not', ([url, message]) => {
    const attempt = () => endpointUrl(url, 'tokenEndpoint')
    expect(attempt).toThrow(TypeError)
    expect(attempt).toThrow(message)
    expect(attempt).not.toThrow(/planted/)
  })

  test.for([
    ['a symbol', Symbol('planted')],
    ['null', null],
    ['an object', {}],
    ['one that will be no text', { toString: () => expect.unreachable() }],
  ] as const)('%s is none', ([, value]) => {
    const attempt = () => Reflect.apply(endpointUrl, undefined, [value, 'jwks'])
    expect(attempt).toThrow(TypeError)
    expect(attempt).toThrow(/^jwks is not a URL; expected one like/)
  })
})
