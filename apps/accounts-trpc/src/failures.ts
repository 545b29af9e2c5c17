import { type AuthErrorShape, authErrorFormatter, type FormatterOptions } from '@auth/trpc'

/** tRPC sends the message of whatever was thrown, and in development its stack; a failure of ours is nobody's business. */
export function hideFailures(options: FormatterOptions): AuthErrorShape {
  const { message, code, data } = authErrorFormatter(options)
  const { stack: _, ...shown } = data
  return { message: data.code === 'INTERNAL_SERVER_ERROR' ? 'Internal Server Error' : message, code, data: shown }
}
