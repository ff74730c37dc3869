import { defineConfig } from 'rolldown'

export default defineConfig({
  input: { action: 'src/entry/main.ts', cli: 'src/entry/cli.ts' },
  platform: 'node',
  output: { dir: 'dist', format: 'esm', cleanDir: true, chunkFileNames: '[name].js' },
})
