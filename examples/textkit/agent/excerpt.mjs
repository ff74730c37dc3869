import { edit, handedOver, report } from './desk.mjs'

const words = handedOver('words')

edit('src/excerpt.js', {
  from: '  return text.slice(0, limit)\n',
  to: `  const all = ${words.function}(text)
  return all.length <= limit ? text.trim() : \`\${all.slice(0, limit).join(' ')}…\`
`,
})
edit('src/excerpt.js', {
  from: '/** The beginning of a text',
  to: `import { ${words.function} } from '${words.module}'\n\n/** The beginning of a text`,
})

report('excerpt() counts words instead of characters, and marks what it left out.', {
  module: './excerpt.js',
  function: 'excerpt',
})
