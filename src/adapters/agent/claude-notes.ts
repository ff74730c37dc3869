/** What Claude Code does, one line each, for people who watch. */
import type { AgentNote } from '../../ports/agent.ts'
import type { Block, ClaudeEvent } from './claude-events.ts'
import { telling } from './telling.ts'
import { firstLine } from './words.ts'

/** @param workdir is left out of paths. */
export function noteOf(event: ClaudeEvent, workdir: string): AgentNote | undefined {
  const line = firstLine(lineOf(event).replaceAll(`${workdir}/`, ''))
  if (line === '') return undefined
  const usd = event.type === 'result' ? (event.total_cost_usd ?? undefined) : undefined
  return usd === undefined ? { line } : { line, usd }
}

function lineOf(event: ClaudeEvent): string {
  switch (event.type) {
    case 'assistant':
      return event.message.content.map(blockLine).filter(Boolean).join(' ')
    case 'system':
      return event.subtype === 'api_retry' ? retryLine(event) : `model ${event.model ?? 'unknown'}`
    case 'result':
      return event.is_error
        ? `ended: ${event.errors[0] ?? event.result ?? event.terminal_reason ?? 'error'}`
        : 'finished'
    case 'rate_limit_event':
      return event.rate_limit_info.status === 'rejected' ? 'usage limit reached' : ''
    case 'cost-state':
      return ''
  }
}

function blockLine(block: Block): string {
  switch (block.type) {
    case 'text':
      return firstLine(block.text)
    case 'tool_use':
      return `${block.name} ${telling(block.input)}`.trimEnd()
    case 'other':
      return ''
  }
}

function retryLine(event: Extract<ClaudeEvent, { subtype: 'api_retry' }>): string {
  const cause = [event.error_status, event.error].filter(Boolean).join(' ')
  const wait = Math.ceil(event.retry_delay_ms / 1_000)
  return `request failed (${cause}); retry ${event.attempt} of ${event.max_retries} in ${wait}s`
}
