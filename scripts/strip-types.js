/**
 * Jest transform: let Node erase the types, exactly as it does when it runs
 * our `.ts` files itself. Types become spaces, so every line and column stays
 * where it was and no source map is needed.
 */
import { stripTypeScriptTypes } from 'node:module'

export default {
  process: (code) => ({ code: stripTypeScriptTypes(code) }),
}
