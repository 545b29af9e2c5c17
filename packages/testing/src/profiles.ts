/** The authorization servers that can be started. */
export const profileNames = ['portx', 'portsip', 'passport', 'basicForm', 'aritma'] as const

/** One of the authorization servers that can be started. */
export type ProfileName = (typeof profileNames)[number]
