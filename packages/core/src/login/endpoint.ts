import { type EndpointName, endpointOf } from '../oauth/metadata.js'
import type { LoginSettings } from './settings.js'

/**
 * An endpoint of the issuer; one of an origin that nobody named is none, for people are sent there, and requests of ours.
 *
 * @param method by which this client authenticates itself there.
 */
export async function endpointAt(
  { metadata, client }: LoginSettings,
  name: EndpointName,
  method?: string,
): Promise<URL | undefined> {
  const url = endpointOf(await metadata(), name, method)
  return url !== undefined && client.server.origins.has(url.origin) ? url : undefined
}
