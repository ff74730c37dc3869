/**
 * Takes the white space out of chunks that hold nothing but packages of others, which nobody reads here. Names stay as
 * they are, so that a stack still says where it is.
 */
import { minifySync } from 'rolldown/utils'

const CHUNKS = new Set([
  ...['actions-cache.js', 'undici.js', 'mcp.js', 'execa.js', 'yaml.js', 'zod.js', 'octokit.js'],
  ...['secretlint.js', 'commander.js', 'clack.js', 'actions-core.js'],
])

/** Nothing but white space goes. */
const OPTIONS = { module: true, compress: false, mangle: false, codegen: { removeWhitespace: true } }

export const tighten = {
  name: 'tighten',
  // When all else is done: chunks are printed anew after they were rendered.
  generateBundle(_, bundle) {
    for (const fileName of CHUNKS) {
      const chunk = bundle[fileName]
      const { code, errors } = minifySync(fileName, chunk.code, OPTIONS)
      if (errors.length > 0) throw new Error(`${fileName}: ${errors[0].message}`)
      chunk.code = code
    }
  },
}
