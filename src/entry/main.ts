/** `dist/action.js` starts here, so that importing `action.ts` starts nothing. */
import './memory.ts'
import { run } from './action.ts'

await run()
