/** Parameters that are filled in here and may be repeated in a message. */
const plain = [
  'grant_type',
  'client_id',
  'client_assertion_type',
  'username',
  'scope',
  'resource',
  'audience',
  'subject_token_type',
  'actor_token_type',
  'requested_token_type',
]

/** Parameters that are filled in here and are secrets. */
const secret = [
  'client_secret',
  'client_assertion',
  'refresh_token',
  'password',
  'code',
  'code_verifier',
  'assertion',
  'device_code',
  'subject_token',
  'actor_token',
]

/** Names the client or a grant fills in itself: two of one name would be read differently by different servers. */
export const reserved: readonly string[] = [...plain, ...secret]

/** Parameters that may be repeated in a message. Whatever is not listed here is a secret. */
export const harmless: readonly string[] = [...plain, 'token_type_hint', 'domain']
