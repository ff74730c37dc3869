/** The log of a job: what its steps print, with secrets masked and workflow commands obeyed. */

/** A secret as it must not be shown; each line of one with several lines is one. */
export class Masks {
  readonly #values = new Set<string>()

  add(value: string): void {
    for (const line of [value, ...value.split(/\r?\n/)]) if (line.trim() !== '') this.#values.add(line)
  }

  /** Whether a text has a secret in it. */
  has(text: string): boolean {
    return [...this.#values].some((value) => text.includes(value))
  }

  /** Values by name, without those that have a secret in them. @param dropped told of each of these. */
  without(values: Readonly<Record<string, string>>, dropped: (name: string) => void): Record<string, string> {
    const isKept = ([name, value]: readonly [string, string]): boolean => {
      if (this.has(value)) dropped(name)
      return !this.has(value)
    }
    return Object.fromEntries(Object.entries(values).filter(isKept))
  }

  mask(text: string): string {
    return [...this.#values]
      .toSorted((a, b) => b.length - a.length)
      .reduce((masked, value) => masked.replaceAll(value, '***'), text)
  }
}

/** `::error title=x::words`, as GitHub shows it at a run. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice'
  readonly message: string
}

/** Takes what one step prints, as it comes. */
export class StepLog {
  /** Masked. Commands that the runner obeys and hides are not in it. */
  text = ''
  readonly annotations: Annotation[] = []
  readonly #masks: Masks
  #rest = ''
  #stopped: string | undefined

  constructor(masks: Masks) {
    this.#masks = masks
  }

  write(chunk: string): void {
    const lines = (this.#rest + chunk).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.#line(line)
  }

  end(): void {
    if (this.#rest !== '') this.#line(this.#rest)
    this.#rest = ''
  }

  /** A line of the runner's own. */
  say(line: string): void {
    this.text += `${this.#masks.mask(line)}\n`
  }

  #line(line: string): void {
    const [, name = '', , value = ''] = /^\s*::([\w-]+)(\s[^:]*(?::[^:]+)*?)?::(.*)$/.exec(line) ?? []
    if (this.#stopped !== undefined) {
      if (name === this.#stopped) this.#stopped = undefined
    } else if (name === 'stop-commands') this.#stopped = value
    else if (name === 'add-mask') {
      this.#masks.add(unescaped(value))
      return this.say('::add-mask::***')
    } else if (name === 'error' || name === 'warning' || name === 'notice')
      this.annotations.push({ level: name, message: this.#masks.mask(unescaped(value)) })
    this.say(line)
  }
}

const unescaped = (text: string): string =>
  text.replace(/%0D/gi, '\r').replace(/%0A/gi, '\n').replace(/%25/g, '%')
