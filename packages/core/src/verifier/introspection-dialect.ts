import type { JsonObject } from '../json.js'
import type { ClientAuthParts } from '../oauth/client-authentication.js'
import { checkStatus, isActive, readJsonAnswer } from '../oauth/introspection.js'
import type { TransportAnswer, TransportRequest } from '../oauth/transport.js'

/** What a server is asked about. */
export interface Question {
  readonly token: string
  /** What the server knows it by, where it is not asked by the token itself. */
  readonly tokenId: string | undefined
}

/** How a server is asked about tokens, and what its answers mean. */
export interface Dialect {
  /** Whether the token asked about is what authenticates the question, so that a refusal is about that token alone. */
  readonly asBearer: boolean
  endpoint(question: Question): Promise<URL>
  write(question: Question, endpoint: URL, parts: ClientAuthParts): TransportRequest
  /**
   * @returns what is known of an active token, in the terms of RFC 7662 §2.2; `undefined` for one that is not.
   * @throws IntrospectionFailure when the answer says neither.
   */
  read(answer: TransportAnswer, question: Question): Promise<JsonObject | undefined>
}

/** How an answer's body becomes an object. */
export interface AnswerForm {
  /** The media type that is asked for. */
  readonly accept: string
  read(answer: TransportAnswer): Promise<JsonObject | undefined>
}

/** RFC 7662 §2.2: a JSON object, whatever media type it is sent as. */
export const plainAnswers: AnswerForm = {
  accept: 'application/json',
  read: async ({ body }) => readJsonAnswer(body),
}

/** The dialect of RFC 7662, whose answers are plain or, as RFC 9701 has it, signed. */
export function standardDialect(endpoint: () => Promise<URL>, form: AnswerForm): Dialect {
  return {
    asBearer: false,
    endpoint,
    write: ({ token }, url, { headers, parameters }) => ({
      method: 'POST',
      url,
      headers: { accept: form.accept, 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams({ token, token_type_hint: 'access_token', ...parameters }).toString(),
    }),
    read: async (answer) => {
      checkStatus(answer)
      const object = await form.read(answer)
      return object !== undefined && isActive(object) ? object : undefined
    },
  }
}
