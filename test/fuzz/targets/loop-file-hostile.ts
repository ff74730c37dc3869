/** Loop files of a megabyte, each the worst that somebody could think of. */
import { filled, hostileJson, MEGABYTE } from '../forms.ts'

export function hostileLoopFiles(): Record<string, Buffer> {
  const bomb = Array.from(
    { length: 30 },
    (_, n) => `a${n}: &a${n} [${n === 0 ? 'x' : `${`*a${n - 1}, `.repeat(9)}*a${n - 1}`}]`,
  )
  const tasks = (over: (n: number) => object, count = 2_000) =>
    JSON.stringify({
      verify: ['true'],
      tasks: Array.from({ length: count }, (_, n) => ({ id: `t${n}`, spec: 'x', ...over(n) })),
    })
  const rows = (over: (n: number) => string, count = 2_000) =>
    [
      'verify: ["true"]',
      'tasks:',
      ...Array.from({ length: count }, (_, n) => `- { id: t${n}, spec: x${over(n)} }`),
    ].join('\n')
  const chain = (n: number) => (n === 0 ? [] : [`t${n - 1}`])
  const texts: Record<string, string> = {
    ...hostileJson(),
    'aliases of aliases': bomb.join('\n'),
    'aliases without number': `v: &v [x]\n${filled('a: *v\n', MEGABYTE / 2)}`,
    'anchors without number': filled('- &a x\n'),
    'anchors on one line': filled('&a '),
    'bare commas': `[${filled(',')}]`,
    'commas on lines of their own': `tasks: [\n${filled(' ,\n')}]`,
    'ends without a beginning': `a: [b]${filled(']')}`,
    tags: filled('!a '),
    keys: filled('a: 1\n'),
    'different keys': Array.from({ length: 80_000 }, (_, n) => `k${n}: 1`).join('\n'),
    'keys of keys': filled('? '),
    'lists in lists, as YAML': filled('- '),
    'deeper and deeper': Array.from({ length: 1_400 }, (_, n) => `${' '.repeat(n)}a:`).join('\n'),
    documents: filled('---\n'),
    directives: filled('%YAML 1.2\n'),
    comments: filled('# x\n'),
    'lines of nothing': filled('\n'),
    tabs: filled('\t'),
    'escapes that are none': `goal: "${filled('\\q')}"`,
    escapes: `goal: "${filled('\\x41')}"`,
    'a long goal': `goal: ${filled('x ')}`,
    'a block of a megabyte': `goal: |\n${filled('  x\n')}`,
    'a folded block': `goal: >\n${filled('  x\n\n')}`,
    'quotes in quotes': `goal: '${filled("''")}'`,
    'text over lines': `goal: "${filled('a\n ')}"`,
    'a number of digits': `parallel: ${filled('9')}`,
    colons: filled('a:'),
    'two thousand tasks': tasks(() => ({ spec: 'x'.repeat(440) })),
    'a chain of needs': tasks((n) => ({ needs: chain(n) })),
    'a circle of needs': tasks((n) => ({ needs: [`t${(n + 1) % 2_000}`] })),
    'needs of all in all': tasks(
      (n) => ({ needs: Array.from({ length: Math.min(n, 100) }, (_, m) => `t${n - m - 1}`) }),
      1_400,
    ),
    'needs that nobody has': tasks(() => ({ needs: Array.from({ length: 50 }, (_, m) => `x${m}`) })),
    'the same in YAML': rows((n) =>
      n === 0
        ? ''
        : `, needs: [${Array.from({ length: Math.min(n, 50) }, (_, m) => `t${n - m - 1}`).join(', ')}]`,
    ),
    'mistakes in every task': rows((n) => `, nedes: [t${n}], spec: y`),
    'one id again and again': tasks(() => ({ id: 'a' })),
    'words that are nearly known': Array.from({ length: 60_000 }, (_, n) => `taskz${n}: 1`).join('\n'),
    durations: JSON.stringify({ verify_timeout: '9'.repeat(900_000) }),
    'patterns to protect': JSON.stringify({
      verify: ['true'],
      protect: Array(90_000).fill('**/a*b*c'),
      tasks: [{ id: 'a', spec: 'x' }],
    }),
    commands: JSON.stringify({ verify: Array(150_000).fill('x'), tasks: [{ id: 'a', spec: 'x' }] }),
    'beginnings of keys': `goal: ${filled('-----BEGIN PRIVATE KEY-----')}`,
  }
  const buffers = Object.entries(texts).map(([name, text]): [string, Buffer] => [name, Buffer.from(text)])
  return Object.fromEntries([...buffers, ['no UTF-8', Buffer.alloc(MEGABYTE, 0xc3)]])
}
