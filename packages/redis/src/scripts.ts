/**
 * What Redis runs as a whole. A record is stored as `GENERATION PAYLOAD`: each turn to renew a key has a higher number
 * than the one before, so that whoever held a lock longer than it lasted cannot overwrite what came after.
 */

/** What somebody else put there may be of another type, or no number: it counts as nothing. */
const generationAt = `
local function generationAt(key)
  local text = redis.pcall('get', key)
  local number = type(text) == 'string' and tonumber(string.match(text, '^%d+'))
  return number and number < 1e15 and number or 0
end
`

/**
 * Takes a lock. KEYS: lock, generation, token. ARGV: owner, milliseconds of the lock, of the generation.
 * Returns the generation, or 0 where somebody else holds it.
 */
export const takeLock: string = `${generationAt}
if redis.call('exists', KEYS[1]) == 1 then return 0 end
local generation = math.max(generationAt(KEYS[2]), generationAt(KEYS[3])) + 1
redis.call('set', KEYS[2], string.format('%d', generation), 'PX', ARGV[3])
redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2])
return generation
`

/** Ends a lock that is still the owner's. KEYS: lock. ARGV: owner. */
export const endLock: string = `
if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end
return 0
`

/**
 * Reads a record. KEYS: token. ARGV: its greatest length. Returns it, or '' for none, or '?' for what is none, and the
 * time in seconds and microseconds.
 */
export const readRecord: string = `
local time = redis.call('time')
local length = redis.pcall('strlen', KEYS[1])
if type(length) ~= 'number' or length > tonumber(ARGV[1]) then return { '?', time[1], time[2] } end
local record = redis.call('get', KEYS[1]) or ''
return { string.match(record, '^%d+ $') and '' or record, time[1], time[2] }
`

/**
 * Saves a record. KEYS: token. ARGV: the writer's generation or '', the payload, milliseconds.
 * Returns 1, or 0 where somebody whose turn came later has saved or deleted it.
 */
export const saveRecord: string = `${generationAt}
local stored = generationAt(KEYS[1])
local own = tonumber(ARGV[1])
if own and own < stored then return 0 end
redis.call('set', KEYS[1], string.format('%d ', own or stored) .. ARGV[2], 'PX', ARGV[3])
return 1
`

/**
 * Deletes a record, and tells everybody. KEYS: token, generation. ARGV: milliseconds for which a record without payload
 * keeps out what was got in an earlier turn; a channel, and what is told there. A server without memory deletes all the
 * same, and lets what follows a first write be written.
 */
export const deleteRecord: string = `${generationAt}
local generation = math.max(generationAt(KEYS[2]), generationAt(KEYS[1])) + 1
redis.call('del', KEYS[1])
redis.call('set', KEYS[1], string.format('%d ', generation), 'PX', ARGV[1])
redis.pcall('publish', ARGV[2], ARGV[3])
return 1
`

/**
 * Remembers a proof. KEYS: the proofs of one key, by when they end. ARGV: id, seconds it is good for, how many there may
 * be. Returns 'added', 'seen' or 'full'. The clock is the server's: those of its clients differ.
 *
 * Adding comes before any other write: only what writes first is refused by a server without memory.
 */
export const addProof: string = `
local time = redis.call('time')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local known = redis.call('zscore', KEYS[1], ARGV[1])
if known and tonumber(known) >= now then return 'seen' end
redis.call('zadd', KEYS[1], string.format('%.6f', now + tonumber(ARGV[2])), ARGV[1])
redis.call('zremrangebyscore', KEYS[1], '-inf', string.format('(%.6f', now))
local last = redis.call('zrevrange', KEYS[1], 0, 0, 'WITHSCORES')
redis.call('expireat', KEYS[1], math.ceil(tonumber(last[2])) + 1)
if redis.call('zcard', KEYS[1]) <= tonumber(ARGV[3]) then return 'added' end
redis.call('zrem', KEYS[1], ARGV[1])
return 'full'
`

/** The nonce of a window of time. KEYS: nonce. ARGV: what it becomes if there is none, milliseconds. */
export const shareNonce: string = `
local known = redis.call('get', KEYS[1])
if known then return known end
redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2])
return ARGV[1]
`
