/** `dist/action.js` starts here, so that importing `action.ts` starts nothing. */
import { run } from './action.ts'

await run()
