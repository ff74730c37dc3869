/** Parcels in memory, by the run that sent them. Tests may edit what lies there: that machine is a stranger's. */
import type { Parcel, Parcels, Received, ReceiveFrom } from '../../src/ports/parcels.ts'
import type { Objects } from './world-objects.ts'

export class WorldParcels implements Parcels {
  isThere = true
  readonly sent = new Map<string, Parcel>()
  /** How often one was fetched. */
  fetches = 0
  /** Instead of what lies there. */
  answer: Received | undefined
  readonly #objects: Objects

  constructor(objects: Objects) {
    this.#objects = objects
  }

  async send(parcel: Parcel): Promise<void> {
    this.sent.set(parcel.run, parcel)
  }

  async receive({ run, base }: ReceiveFrom): Promise<Received> {
    this.fetches += 1
    if (this.answer !== undefined) return this.answer
    const parcel = this.sent.get(run)
    if (parcel === undefined) return { is: 'none' }
    if (parcel.base !== base)
      return { is: 'refused', because: 'it stands on something else than was leased.' }
    const { text, tree = this.#objects.writeTree(this.#objects.files(base)) } = parcel
    return { is: 'parcel', tree, text }
  }
}
