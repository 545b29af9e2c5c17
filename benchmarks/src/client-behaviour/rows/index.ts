import type { Row } from '../row.js'
import { outageRows } from './outages.js'
import { renewalRows } from './renewal.js'
import { requestRows } from './requests.js'
import { sessionRows } from './sessions.js'

/** The behaviours that are measured. */
export const rows: readonly Row[] = [...requestRows, ...outageRows, ...renewalRows, ...sessionRows]
