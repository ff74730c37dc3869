/** Whether a workflow can carry a loop on, told from its text. */

/**
 * Whether a workflow takes the dispatches of a loop: it has `workflow_dispatch` with the inputs
 * `lane` and `nonce`. Read without a YAML parser: a wrong yes ends in a refusal by GitHub that
 * names the missing inputs, a wrong no in a loop that goes on inside its job.
 */
export function takesDispatches(text: string): boolean {
  const code = text.replace(/(^|\s)#.*$/gm, '')
  const declares = (name: string) => new RegExp(`(^|[\\s{,])["']?${name}["']?\\s*:(\\s|$)`, 'm').test(code)
  return ['workflow_dispatch', 'lane', 'nonce'].every(declares)
}
