/** What Codex does, one line each, for people who watch. */
import type { CodexEvent } from './codex-events.ts'

/** Empty for what is nothing to show. */
export function lineOf(event: CodexEvent): string {
  switch (event.type) {
    case 'item.started':
      return event.item.command ?? ''
    case 'item.completed':
      return itemLine(event.item)
    case 'error':
      return event.message ?? ''
    case 'turn.completed':
      return 'finished'
    case 'turn.failed':
      return `ended: ${event.error?.message ?? 'error'}`
    case 'thread.started':
    case 'turn_context':
    case 'token_usage_record':
    case 'event_msg':
      return ''
  }
}

/** A command was shown when it started. */
function itemLine(item: Extract<CodexEvent, { item: unknown }>['item']): string {
  if (item.type === 'agent_message') return item.text ?? ''
  const paths = item.changes?.flatMap(({ path }) => path ?? []).join(' ')
  const what = paths ?? item.query ?? item.tool
  return what ? `${item.type ?? ''} ${what}`.trim() : ''
}
