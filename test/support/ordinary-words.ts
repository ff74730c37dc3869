/** Words that sound like limits, bills and broken services, as they stand in ordinary prose, logs and files. */

/** One line each. */
export const ORDINARY_WORDS: readonly string[] = [
  '429',
  'HTTP 429 Too Many Requests',
  'rate limit',
  "You've hit your limit · resets 9:30pm (UTC)",
  'resets Sep 5, 8pm (UTC)',
  'usage limit reached|1795419081',
  "You've hit your org's monthly spend limit",
  'Credit balance is too low',
  'insufficient_quota: check your plan and billing details',
  'API Error: 529 Overloaded',
  'overloaded_error',
  'Invalid API key · Please run /login',
  'authentication_failed',
  'Prompt is too long',
  'Reached maximum number of turns (3)',
  'error: unknown option --model',
  'Quota exceeded. Check your plan and billing details.',
  'unexpected status 401 Unauthorized',
  '[API Error: {"error":{"code":429,"message":"Quota exceeded","status":"RESOURCE_EXHAUSTED"}}]',
  'Attempt 3 failed with status 429. Retrying with backoff... Error: no',
  // What a program prints to its harness, quoted in a file or a log.
  '{"type":"rate_limit_event","rate_limit_info":{"status":"rejected","resetsAt":1795419158}}',
  '{"type":"result","subtype":"success","is_error":true,"api_error_status":429,"terminal_reason":"api_error"}',
  '{"type":"assistant","message":{"content":[]},"error":"billing_error","is_api_error_message":true}',
  '{"type":"turn.failed","error":{"message":"Quota exceeded. Check your plan and billing details."}}',
  '{"type":"error","error":{"name":"APIError","data":{"message":"Slow down.","statusCode":429}}}',
]
