import { createDocument } from '@auth/nestjs/swagger'
import type { INestApplication } from '@nestjs/common'
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger'
import { scopes } from 'accounts'

const security = scopes.toOpenApi({ type: 'http', description: 'An access token with the scopes of the operation' })

/** The OpenAPI page at `/docs`, and its document at `/docs-json`; both are open to everybody. */
export function setUpDocs(app: INestApplication): void {
  const config = new DocumentBuilder().setTitle('Accounts API').setVersion('1.0').setOpenAPIVersion('3.1.0').build()
  SwaggerModule.setup('docs', app, () => createDocument(app, config, { security }))
}
