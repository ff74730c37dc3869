import { edit, handedOver, report } from './desk.mjs'

const csv = handedOver('csv')
const excerpt = handedOver('excerpt')
const slug = handedOver('slug')

edit('src/catalogue.js', {
  from: "import { parseCsv } from './csv.js'\n",
  to: `import { ${csv.function} } from '${csv.module}'
import { ${excerpt.function} } from '${excerpt.module}'
import { readingTime } from './reading-time.js'
import { ${slug.function} } from '${slug.module}'
`,
})
edit('src/catalogue.js', {
  from: `  const [, ...rows] = parseCsv(csv)
  return rows.map(([title]) => \`- \${title}\\n\`).join('')
`,
  to: `  const [header = [], ...rows] = ${csv.function}(csv)
  const title = header.indexOf('title')
  const text = header.indexOf('text')
  const anchor = anchors()
  return rows
    .map((row) => {
      const link = \`[\${row[title]}](#\${anchor(row[title])})\`
      return \`- \${link}, \${readingTime(row[text])}: \${${excerpt.function}(row[text])}\\n\`
    })
    .join('')
`,
})
edit('src/catalogue.js', {
  from: `    .join('')
}
`,
  to: `    .join('')
}

/** Gives each title an anchor of its own: the second \`notes\` is \`notes-2\`. */
function anchors() {
  const used = new Map()
  return (title) => {
    const name = ${slug.function}(title)
    const count = (used.get(name) ?? 0) + 1
    used.set(name, count)
    return count === 1 ? name : \`\${name}-\${count}\`
  }
}
`,
})

report('catalogue() links each article and shows its reading time and excerpt.', {
  functions: [csv.function, excerpt.function, slug.function],
})
