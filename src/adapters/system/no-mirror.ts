import type { Mirror } from '../../ports/mirror.ts'

/** In a terminal git is all there is. */
export const noMirror: Mirror = {
  save: async () => false,
  find: async () => undefined,
}
