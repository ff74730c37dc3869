/**
 * Path patterns as the loop file writes them: `*` within a name, `**` across folders, `?` one
 * character. A pattern without a slash matches a name at any depth; one that ends with a
 * slash, everything below it.
 */
export function globMatcher(pattern: string): (path: string) => boolean {
  const whole = pattern.endsWith('/') ? `${pattern}**` : pattern
  const body = whole
    .replace(/^\//, '')
    .split(/(\*\*\/?|\*|\?)/)
    .map(translate)
    .join('')
  const anywhere = whole.includes('/') ? '' : '(?:.*/)?'
  const expression = new RegExp(`^${anywhere}${body}$`, 's')
  return (path) => expression.test(path)
}

function translate(part: string): string {
  if (part === '**/') return '(?:.*/)?'
  if (part === '**') return '.*'
  if (part === '*') return '[^/]*'
  if (part === '?') return '[^/]'
  return part.replace(/[\\^$.|+()[\]{}]/g, '\\$&')
}
