/** `dist/post.js` starts here. */
import './memory.ts'
import { post } from './action-post.ts'

await post()
