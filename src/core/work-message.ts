/** The message of a commit on the work branch: for reviewers first, then our trailers. */
import type { Task } from './task.ts'
import { clip, printable } from './text.ts'

export interface WorkMessage {
  readonly task: { readonly id: string; readonly name: string; readonly source?: Task['source'] }
  readonly iteration: number
  /** The checkpoint this commit lands with. */
  readonly seq: number
  readonly summary: string
  /** Subjects of the agent's own commits, folded into this one. */
  readonly subjects: readonly string[]
}

export function workMessage({ task, iteration, seq, summary, subjects }: WorkMessage): string {
  const { id, name, source = 'file' } = task
  // A person may well close an issue with the name of a task.
  const subject = `${id}: ${source === 'file' ? name : withoutClosing(name)}`
    .replace(/\s+/g, ' ')
    .slice(0, 100)
  const folded = subjects.map((line) => `- ${line.slice(0, 200)}`).join('\n')
  const words = [subject, ...[withoutTrailers(summary), folded].map(withoutClosing)].map(withoutSkips)
  return [...words, trailers({ task, iteration, seq })].filter((part) => part.trim() !== '').join('\n\n')
}

type Place = Pick<WorkMessage, 'task' | 'iteration' | 'seq'>

/** What is known of a landing only when it is tried: the number and the digest of its checkpoint. */
export interface Stamp {
  readonly seq: number
  readonly state: string
}

const trailers = ({ task, iteration, seq }: Place): string =>
  [`Cms-Task: ${task.id}`, `Cms-Iteration: ${iteration}`, `Cms-Seq: ${seq}`].join('\n')

/** The same message for another checkpoint: the one with which its commit lands is known only then. */
export const stamped = (message: string, { seq, state }: Stamp): string =>
  message.replace(/^Cms-Seq: \d+(\nCms-State: \w+)?$/m, `Cms-Seq: ${seq}\nCms-State: ${state}`)

/** Of a commit message that an agent wrote, more is cut. */
const OWN_BYTES = 8_192

/** A commit of the agent's that is kept as it is; with `last`, it is the one that finishes the task. */
export function ownMessage(text: string, last?: Place): string {
  const words =
    clip(withoutClosing(withoutSkips(withoutTrailers(printable(text)))), OWN_BYTES) || 'No message'
  return last === undefined ? words : `${words}\n\n${trailers(last)}`
}

/** Words in brackets by which a message asks GitHub and others to start no checks for its commit. */
const SKIP = /\[\s*((?:skip|no)[ -]\w+|\w+[ -]skip)\s*\]|\*\*\*(NO_CI)\*\*\*/gi

/** Whether work is checked is not for an agent to say. */
const withoutSkips = (text: string): string =>
  text
    .replace(SKIP, (_, brackets?: string, stars?: string) => `(${brackets ?? stars ?? ''})`)
    .replace(/^([ \t]*skip-checks)[ \t]*:/gim, '$1 -')

/** What closes an issue once it is merged: a word, and behind it an issue by number, repository or address. */
const CLOSING =
  /\b(close[sd]?|fix(?:e[sd])?|resolve[sd]?)(?:\s*:)?\s*(?=(?:[\w.-]{1,99}\/[\w.-]{1,99})?#\d|GH-\d|https?:\/\/\S{1,200}\/\d)/gi

/** Which issues are closed is for people to say. */
const withoutClosing = (text: string): string => text.replace(CLOSING, '$1 - ')

/** An agent's words may not forge our trailers. */
const withoutTrailers = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.replace(/^\s*(cms-[a-z]+)\s*:/i, '$1 -'))
    .join('\n')
    .trim()
