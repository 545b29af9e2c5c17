import { Body, Controller, Get, Inject, NotFoundException, Param, Post, type Type } from '@nestjs/common'
import {
  ApiBadRequestResponse,
  ApiCreatedResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger'
import { type AccountsStore, type Entity, type Inputs, type Resource, said, schemas } from 'accounts'
import { auth } from './auth.js'
import { STORE } from './store.js'

/** The controller of one resource: its path and its two scopes bear the resource's name. */
export function resourceController<R extends Resource>(resource: R): Type {
  const { input, entity, list } = schemas[resource]

  @Controller(resource)
  @ApiTags(resource)
  class ResourceController {
    readonly #store: AccountsStore

    constructor(@Inject(STORE) store: AccountsStore) {
      this.#store = store
    }

    @Get()
    @ApiOperation({ operationId: `${resource}.list` })
    @auth.RequireScopes(`${resource}:read`)
    @ApiOkResponse({ description: 'All of them, the oldest first', standardSchema: list })
    list(): readonly Entity<R>[] {
      return this.#store.list(resource)
    }

    @Get(':id')
    @ApiOperation({ operationId: `${resource}.get` })
    @auth.RequireScopes(`${resource}:read`)
    @ApiOkResponse({ description: 'That one', standardSchema: entity })
    @ApiNotFoundResponse({ description: 'None has this id', standardSchema: said })
    get(@Param('id') id: string): Entity<R> {
      const found = this.#store.get(resource, id)
      if (found === undefined) throw new NotFoundException()
      return found
    }

    @Post()
    @ApiOperation({ operationId: `${resource}.create` })
    @auth.RequireScopes(`${resource}:write`)
    @ApiCreatedResponse({ description: 'The new one', standardSchema: entity })
    @ApiBadRequestResponse({ description: 'It cannot be stored, and why', standardSchema: said })
    create(@Body({ schema: input }) body: Inputs[R]): Entity<R> {
      return this.#store.create(resource, body)
    }
  }
  return ResourceController
}
