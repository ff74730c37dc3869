#!/usr/bin/env node
/** `cms` starts here. Nothing is loaded before it is known that this Node can read it. */
const [major = 0] = process.versions.node.split('.').map(Number)
if (major < 24) {
  process.stderr.write(
    `cms-iterate needs Node 24 or newer; this is Node ${process.versions.node}.\n  fix: install Node 24 [node-too-old]\n`,
  )
  process.exitCode = 2
} else {
  await import('./memory.ts')
  const { main } = await import('./program.ts')
  process.exitCode = await main(process.argv)
}
