import { live } from './life.ts'
import { scenarioOf } from './scenario.ts'
const from = Number(process.argv[2] ?? 1), to = Number(process.argv[3] ?? 20)
let n = 0, bad = 0
const t = performance.now(); const c = process.cpuUsage()
const ends: Record<string, number> = {}
const fails: Record<string, number[]> = {}
for (let seed = from; seed <= to; seed++) {
  const isTold = process.argv[4] === 'story'
  const lived = await live(scenarioOf(seed), { isTold })
  n += lived.iterations
  ends[lived.alone] = (ends[lived.alone] ?? 0) + 1
  if (isTold) console.log(lived.story.join('\n'))
  if (lived.failure) { bad++; const k = `${lived.scenario.form}: ${lived.failure.message.replace(/[0-9a-f]{7,}/g, '#').replace(/\d+/g, 'N').slice(0, 150)}`; (fails[k] ??= []).push(seed); if (to === from) console.log(lived.failure) }
}
const u = process.cpuUsage(c)
console.log({ n, bad, ends, ms: Math.round(performance.now() - t), perIteration: (u.user + u.system) / 1000 / n })
for (const [k, v] of Object.entries(fails).sort((a, b) => b[1].length - a[1].length)) console.log(v.length, k, v.slice(0, 6).join(' '))
