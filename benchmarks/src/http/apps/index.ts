import type { ListedApp } from '../app.js'

const hono = () => import('./hono.js')
const nestjs = () => import('./nestjs.js')
const trpc = () => import('./trpc.js')
const express = () => import('./express.js')

export const withNothing = 'nothing'
export const withPassThrough = 'a pass-through'

/** Every app that is measured, each in a process of its own. */
export const apps: readonly ListedApp[] = [
  { framework: 'Hono', name: withNothing, package: 'hono', guarded: false, load: async () => (await hono()).nothing },
  {
    framework: 'Hono',
    name: withPassThrough,
    package: 'hono',
    guarded: false,
    load: async () => (await hono()).passThrough,
  },
  {
    framework: 'Hono',
    name: 'this toolkit',
    package: '@auth/hono',
    guarded: true,
    load: async () => (await hono()).toolkit,
  },
  {
    framework: 'Hono',
    name: 'hand-written jose',
    package: 'jose',
    guarded: true,
    load: async () => (await hono()).jose,
  },
  {
    framework: 'Hono',
    name: 'hono/jwk, static keys',
    package: 'hono',
    guarded: true,
    load: async () => (await hono()).honoJwk,
  },
  {
    framework: 'Hono',
    name: 'hono/jwk, by URI',
    package: 'hono',
    guarded: true,
    load: async () => (await hono()).honoJwkByUri,
  },
  {
    framework: 'NestJS',
    name: withNothing,
    package: '@nestjs/core',
    guarded: false,
    load: async () => (await nestjs()).nothing,
  },
  {
    framework: 'NestJS',
    name: withPassThrough,
    package: '@nestjs/core',
    guarded: false,
    load: async () => (await nestjs()).passThrough,
  },
  {
    framework: 'NestJS',
    name: 'this toolkit',
    package: '@auth/nestjs',
    guarded: true,
    load: async () => (await nestjs()).toolkit,
  },
  {
    framework: 'NestJS',
    name: 'passport-jwt, jwks-rsa',
    package: 'passport-jwt',
    guarded: true,
    load: async () => (await nestjs()).passport,
  },
  {
    framework: 'tRPC',
    name: withNothing,
    package: '@trpc/server',
    guarded: false,
    load: async () => (await trpc()).nothing,
  },
  {
    framework: 'tRPC',
    name: withPassThrough,
    package: '@trpc/server',
    guarded: false,
    load: async () => (await trpc()).passThrough,
  },
  {
    framework: 'tRPC',
    name: 'this toolkit',
    package: '@auth/trpc',
    guarded: true,
    load: async () => (await trpc()).toolkit,
  },
  {
    framework: 'Express',
    name: withNothing,
    package: 'express',
    guarded: false,
    load: async () => (await express()).nothing,
  },
  {
    framework: 'Express',
    name: withPassThrough,
    package: 'express',
    guarded: false,
    load: async () => (await express()).passThrough,
  },
  {
    framework: 'Express',
    name: 'this toolkit',
    package: '@auth/core',
    guarded: true,
    load: async () => (await express()).toolkit,
  },
  {
    framework: 'Express',
    name: 'express-oauth2-jwt-bearer',
    package: 'express-oauth2-jwt-bearer',
    guarded: true,
    load: async () => (await express()).oauth2JwtBearer,
  },
]

/** `Hono with this toolkit` */
export function titleOf({ framework, name }: ListedApp): string {
  return `${framework} with ${name}`
}
