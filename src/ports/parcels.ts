/** What an attempt on one machine hands over to jobs on others: a tree, and what it says of it. */
export interface Parcel {
  /** The run that made it; one parcel each. */
  readonly run: string
  readonly loop: string
  /** `undefined`: nothing was changed, or nothing of it may be shown. */
  readonly tree: string | undefined
  /** The commit that the tree was made from. */
  readonly base: string
  /** What is said of it; UTF-8, at most 256 KB. */
  readonly text: string
}

export type Received =
  /** The objects of the tree are here, all of them, and nothing else was taken. */
  | { readonly is: 'parcel'; readonly tree: string; readonly text: string }
  /** There is none: it was never sent, or is gone. */
  | { readonly is: 'none' }
  /** Something is there, and it is not what an attempt hands over: what is wrong with it. */
  | { readonly is: 'refused'; readonly because: string }

export interface ReceiveFrom {
  readonly run: string
  readonly loop: string
  /** What the attempt stood on, by those who gave it out: never by the parcel. */
  readonly base: string
}

/**
 * Carries parcels between the machines of one run, and from a run that is over. What comes out was
 * written by a stranger: it is limited in size, and taken apart by git with fsck on.
 */
export interface Parcels {
  /** Whether there is anything that carries parcels here. */
  readonly isThere: boolean
  /** @throws LoopError `artifact-failed` when it cannot be sent, `parcel-too-large` when it never can. */
  send(parcel: Parcel): Promise<void>
  /** @throws LoopError `artifact-failed` when nobody can say whether there is one. */
  receive(from: ReceiveFrom): Promise<Received>
}
