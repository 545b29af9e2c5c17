import { Body, Controller, Get, Inject, NotFoundException, Param, Post, type Type } from '@nestjs/common'
import type { AccountsStore, Entity, Resource } from 'accounts'
import { auth } from './auth.js'
import { STORE } from './store.js'

/** The controller of one resource: its path and its two scopes bear the resource's name. */
export function resourceController(resource: Resource): Type {
  @Controller(resource)
  class ResourceController {
    readonly #store: AccountsStore

    constructor(@Inject(STORE) store: AccountsStore) {
      this.#store = store
    }

    @Get()
    @auth.RequireScopes(`${resource}:read`)
    list(): readonly Entity[] {
      return this.#store.list(resource)
    }

    @Get(':id')
    @auth.RequireScopes(`${resource}:read`)
    get(@Param('id') id: string): Entity {
      const entity = this.#store.get(resource, id)
      if (entity === undefined) throw new NotFoundException()
      return entity
    }

    @Post()
    @auth.RequireScopes(`${resource}:write`)
    create(@Body() body: unknown): Entity {
      return this.#store.create(resource, body)
    }
  }
  return ResourceController
}
