import { edit, handedOver, report } from './desk.mjs'

const words = handedOver('words')

edit('src/slug.js', {
  from: `export function slugify(text) {
  return text.toLowerCase().replaceAll(' ', '-')
}
`,
  to: `export function slugify(text, { maxLength = 60 } = {}) {
  const plain = text.normalize('NFD').replace(/[\\p{M}'’]/gu, '').toLowerCase()
  const [first = '', ...rest] = ${words.function}(plain)
  let slug = first.slice(0, maxLength)
  for (const word of rest) {
    if (slug.length + 1 + word.length > maxLength) break
    slug += \`-\${word}\`
  }
  return slug
}
`,
})
edit('src/slug.js', {
  from: '/** A name for a text',
  to: `import { ${words.function} } from '${words.module}'\n\n/** A name for a text`,
})

report('slugify() drops accents and punctuation, and cuts long names between words.', {
  module: './slug.js',
  function: 'slugify',
})
