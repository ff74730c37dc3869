/** Bugs in what is read and written: prompts, messages, secrets. */
import { type Bug, bugsIn } from './bug.ts'

export const TEXT_BUGS: readonly Bug[] = [
  ...bugsIn('core/prompt', 'core/prompt', [
    {
      name: 'outputs-push-out-the-rest',
      find: 'if (left >= 0) lines.push(line)',
      replace: 'if (left >= -LIMITS.prompt_bytes) lines.push(line)',
      hurts: 'Outputs of the tasks before fill the prompt, and how to report is cut off.',
      breaks: 'G8',
    },
    {
      name: 'fence-as-long-as-in-the-text',
      find: "'`'.repeat(longest + 1)",
      replace: "'`'.repeat(longest)",
      hurts: 'The output of a failed command closes its fence and goes on in our voice.',
      breaks: 'G6',
    },
    {
      name: 'oldest-failure-is-told',
      find: 'attempts.findLast(',
      replace: 'attempts.find(',
      hurts: 'The third attempt mends what the second has mended already.',
    },
    {
      name: 'proposals-speak-with-our-voice',
      find: "const isOurs = task.source === 'file' || isPlan(task)",
      replace: "const isOurs = task.source !== 'import' || isPlan(task)",
      hurts: 'The words of an agent are orders to the next one.',
      breaks: 'G6',
    },
    {
      name: 'spec-of-a-proposal-has-no-bound',
      find: 'byteLength(whole) <= LIMITS.spec_bytes + 100 ? whole :',
      replace: 'byteLength(whole) <= 4 * LIMITS.spec_bytes ? whole :',
      hurts: 'A proposal that is nothing but ticks has three times its share of the prompt.',
      breaks: 'G8',
    },
  ]),
  ...bugsIn('core/text', 'core/text core/prompt core/story', [
    {
      name: 'clip-is-three-bytes-too-long',
      find: 'encoded.subarray(0, bytes - 3)',
      replace: 'encoded.subarray(0, bytes)',
      hurts: 'A clipped text is longer than its limit, and the checkpoint is not valid.',
      breaks: 'G8',
    },
    {
      name: 'a-line-with-line-breaks',
      find: "printable(text).replace(/\\s+/g, ' ').trim()",
      replace: "printable(text).replace(/[ \\t]+/g, ' ').trim()",
      hurts: 'What an agent says begins a line of the log: `::stop-commands::`, a trailer, a heading.',
      breaks: 'G6',
    },
  ]),
  ...bugsIn('core/work-message', 'app/phases app/restore', [
    {
      name: 'forged-trailers',
      find: "line.replace(/^\\s*(cms-[a-z]+)\\s*:/i, '$1 -')",
      replace: "line.replace(/^(cms-[a-z]+):/, '$1 -')",
      hurts: 'A summary with `Cms-Task: other` makes another task done when the state is lost.',
      breaks: 'G6',
    },
  ]),
  ...bugsIn('core/secrets/redact', 'core/redact adapters/system/recorder', [
    {
      name: 'cut-secrets-are-shown',
      find: 'occurrencesOf(values.flatMap(spellings), true)',
      replace: 'occurrencesOf(values.flatMap(spellings), false)',
      hurts: 'The end of a cut log shows all but the first characters of a token.',
      breaks: 'G7',
    },
    {
      name: 'overlapping-secrets-show-their-end',
      find: 'else if (range.end > last.end) whole[whole.length - 1] = { start: last.start, end: range.end }\n',
      replace: '',
      hurts: 'Of two secrets that overlap the end of the longer one is shown.',
      breaks: 'G7',
    },
    {
      name: 'keys-of-outputs-are-shown',
      find: '[redact(key), redactJson(one, redact)]',
      replace: '[key, redactJson(one, redact)]',
      hurts: 'A token as the name of an output is on the state branch.',
      breaks: 'G7',
    },
    {
      name: 'rest-of-a-private-key',
      find: "isInKey = goesOn ? !line.includes('-----END ') : KEY_BEGINS.test(line)",
      replace: 'isInKey = goesOn ? false : KEY_BEGINS.test(line)',
      hurts: 'Of a private key that an agent prints only the first two lines are masked.',
      breaks: 'G7',
    },
  ]),
  ...bugsIn('core/secrets/spellings', 'core/redact', [
    {
      name: 'base64-only-at-its-start',
      find: '[0, 1, 2].map((before) => core(binary, before))',
      replace: '[0].map((before) => core(binary, before))',
      hurts: '`base64(user:token)` is shown in two of three cases.',
      breaks: 'G7',
    },
    {
      name: 'long-lines-are-not-looked-for',
      find: 'new Set([value, value.trim(), ...lines.filter(({ length }) => length >= SHORTEST_LINE)])',
      replace: 'new Set([value, value.trim()])',
      hurts: 'A key that is quoted line by line is shown.',
      breaks: 'G7',
    },
  ]),
  ...bugsIn('core/secrets/secret-values', 'core/redact adapters/secrets', [
    {
      name: 'passwords-in-addresses-are-shown',
      find: '[...(SECRET_NAME.test(name) ? [value] : []), ...passwordIn(value)]',
      replace: 'SECRET_NAME.test(name) ? [value] : []',
      hurts: 'The password in `DATABASE_URL` is shown wherever it stands alone.',
      breaks: 'G7',
    },
    {
      name: 'test-passwords-are-leaks',
      find: ' && !MADE_UP.test(text)\n',
      replace: '\n',
      hurts: 'With `hunter2` as a password in the environment no attempt may use that word.',
    },
  ]),
  ...bugsIn('core/secrets/leak', 'core/redact app/breaches', [
    {
      name: 'old-lines-are-leaks',
      find: 'touched.some((one) => !old.has(one))',
      replace: 'touched.length > 0',
      hurts: 'A secret that was in the repository before makes every attempt at that file a violation.',
    },
    {
      name: 'secret-in-a-file-name',
      find: "status !== 'deleted' && name !== path",
      replace: "status === 'modified' && name !== path",
      hurts: 'An agent names a new file after the token, and pushes it.',
      breaks: 'G7',
    },
  ]),
  ...bugsIn('core/redact-event', 'core/redact app/redacted app/phases', [
    {
      name: 'secret-in-the-tail',
      find: 'tail: redact(failure.tail),',
      replace: 'tail: failure.tail,',
      hurts: 'A verify command that prints its environment puts a token on the state branch.',
      breaks: 'G7',
    },
    {
      name: 'secret-in-outputs',
      find: 'outputs: redactJson(outputs, redact),',
      replace: 'outputs,',
      hurts: 'What comes from another machine with a token in its outputs is saved as it is.',
      breaks: 'G7',
    },
    {
      name: 'secret-in-a-recovered-summary',
      find: 'summary: redact(one.summary) })) }',
      replace: 'summary: one.summary })) }',
      hurts: 'The subject of a commit that somebody pushed is copied to the state branch with its secret.',
      breaks: 'G7',
    },
  ]),
]
