import type { Parcels } from '../../ports/parcels.ts'

/** Where one process does everything, nothing is handed over. */
export const noParcels: Parcels = {
  isThere: false,
  send: async () => {
    throw new Error('there is nobody to hand anything over to')
  },
  receive: async () => ({ is: 'none' }),
}
