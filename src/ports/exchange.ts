/** Files of other tools, which are read, and files that are written for them. All of it may be hostile. */
import type { TaskEntry } from '../core/exchange/entry.ts'
import type { WrittenFile } from '../core/exchange/to-agent-teams.ts'
import type { Mistake } from '../core/mistake.ts'
import type { LoopConfig } from '../core/settings.ts'

/** What a path led to; `undefined`: to nothing. */
export type ReadText = { readonly text: string } | { readonly refused: string } | undefined

export interface SourceEntry {
  readonly name: string
  readonly kind: 'file' | 'folder' | 'other'
}

/** A folder that is looked into. No link in it is followed, and nothing is waited for. */
export interface SourceFolder {
  /** Bounded, in the order of their names; empty where there is no such folder. */
  list(path: string): Promise<readonly SourceEntry[]>
  read(path: string): Promise<ReadText>
}

/** What a person named. */
export type Source =
  | {
      readonly is: 'file'
      readonly text: string
      /** Of the folder that it is in. */
      readonly beside: SourceFolder
    }
  | { readonly is: 'folder'; readonly folder: SourceFolder }

export interface Sources {
  /** @throws LoopError `bad-source` when it is not there, or is neither file nor folder. */
  open(path: string): Promise<Source>
}

/** A file that is changed as a whole or not at all. */
export interface TargetFile {
  /** As a person knows it. */
  readonly path: string
  /** `undefined` where there is none. */
  read(): Promise<Uint8Array | undefined>
  /** @param before what it must still hold; `undefined`: it must not be there. */
  write(text: string, before: Uint8Array | undefined): Promise<'written' | 'changed'>
}

/** Loop files as texts. */
export interface LoopTexts {
  check(
    bytes: Uint8Array,
  ):
    | { readonly is: 'valid'; readonly config: LoopConfig }
    | { readonly is: 'invalid'; readonly mistakes: readonly Mistake[]; readonly text: string }
  /** The same text with tasks behind those that it has: all else stays as it is written. */
  withTasks(text: string, tasks: readonly TaskEntry[]): string
  /** The entries alone, as YAML. */
  print(tasks: readonly TaskEntry[]): string
}

/** What there is of a team already. */
export interface Occupied {
  readonly isThere: boolean
  /** The loop that has written it; `undefined`: somebody else has. */
  readonly loop: string | undefined
}

/** A folder with teams in it. */
export interface TeamsFolder {
  /** As a person knows it. */
  readonly path: string
  /** @throws LoopError `bad-input` where a link or a file is in the way. */
  look(team: string): Promise<Occupied>
  /** Writes files, each as a whole, and takes away tasks of the team that are not among them. */
  write(team: string, files: readonly WrittenFile[]): Promise<void>
}

/** Open issues with a label, as their API tells them. */
export interface Issues {
  /** @throws LoopError when they cannot be had. */
  list(label: string): Promise<{ readonly issues: readonly unknown[]; readonly isCut: boolean }>
}
