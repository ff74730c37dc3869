/** GitHub's expressions over the contexts of a run, evaluated by GitHub's own library. */
import { data, Evaluator, Lexer, Parser } from '@actions/expressions'
import {
  isBasicExpression,
  isBoolean,
  isMapping,
  isNumber,
  isSequence,
  isString,
} from '@actions/workflow-parser'
import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/template-token'
import { z } from 'zod'

/** What an expression may use. A context that is not here is null, as it is where GitHub has none. */
export interface Scope {
  readonly contexts: Readonly<Record<string, unknown>>
  /** `success()` and its like. */
  readonly status?: Readonly<Record<string, () => boolean>>
}

/** Every context that a workflow may name anywhere; where each is allowed, the parser has checked. */
const CONTEXTS = [
  'github',
  'inputs',
  'vars',
  'secrets',
  'needs',
  'steps',
  'env',
  'job',
  'jobs',
  'runner',
  'strategy',
  'matrix',
] as const

const STATUS = ['success', 'failure', 'cancelled', 'always'] as const

const Data = z.custom<data.ExpressionData>()

/** A value of JSON as GitHub's library keeps it. */
const dataOf = (value: unknown): data.ExpressionData =>
  Data.parse(JSON.parse(JSON.stringify(value ?? null), data.reviver))

const jsonOf = (value: data.ExpressionData): unknown => JSON.parse(JSON.stringify(value, data.replacer))

type Token = ReturnType<Lexer['lex']>['tokens'][number]

/** A text in which `''` stands for a quote: version 0.3.61 of the library undoes only the first. */
const withQuotes = (token: Token): Token =>
  typeof token.value === 'string' && token.lexeme.startsWith("'")
    ? { ...token, value: token.lexeme.slice(1, -1).replaceAll("''", "'") }
    : token

function evaluated(expression: string, { contexts, status = {} }: Scope): data.ExpressionData {
  const calls = STATUS.map((name) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => {
      const answer = status[name]
      if (answer === undefined) throw new Error(`${name}() is not allowed here`)
      return new data.BooleanData(answer())
    },
  }))
  const tokens = new Lexer(expression).lex().tokens.map(withQuotes)
  const tree = new Parser(tokens, [...CONTEXTS], calls).parse()
  const pairs = CONTEXTS.map((key) => ({ key, value: dataOf(contexts[key]) }))
  const functions = new Map(calls.map((call) => [call.name, { ...call, description: '' }] as const))
  return new Evaluator(tree, new data.Dictionary(...pairs), new Map(functions)).evaluate()
}

/** Whether a condition holds. */
export const holds = (expression: string, scope: Scope): boolean =>
  jsonOf(evaluated(`!!(${expression})`, scope)) === true

/** A value of a workflow file, with every expression in it evaluated. */
export function valueOf(token: TemplateToken | undefined, scope: Scope): unknown {
  if (token === undefined) return undefined
  if (isBasicExpression(token)) return jsonOf(evaluated(token.expression, scope))
  if (isMapping(token))
    return Object.fromEntries([...token].map(({ key, value }) => [textOf(key, scope), valueOf(value, scope)]))
  if (isSequence(token)) return [...token].map((item) => valueOf(item, scope))
  return isString(token) || isNumber(token) || isBoolean(token) ? token.value : null
}

/** A scalar of a workflow file as text: `true`, `1.5`, and nothing for null. */
export function textOf(token: TemplateToken | undefined, scope: Scope): string {
  if (token === undefined) return ''
  if (isBasicExpression(token)) return evaluated(token.expression, scope).coerceString()
  return isString(token) || isNumber(token) || isBoolean(token) ? String(token.value) : ''
}

/** A scalar that is the same whatever the contexts are. */
export const literal = (token: TemplateToken | undefined): string => textOf(token, { contexts: {} })

/** A value as it becomes text in an expression. */
export const coerced = (value: unknown): string => dataOf(value).coerceString()

/** A mapping of a workflow file, each value as text: `env`, `with`, `outputs`. */
export function textsOf(token: TemplateToken | undefined, scope: Scope): Record<string, string> {
  if (token === undefined) return {}
  if (isBasicExpression(token)) {
    const all = z.record(z.string(), z.unknown()).parse(valueOf(token, scope))
    return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, coerced(value)]))
  }
  return isMapping(token)
    ? Object.fromEntries([...token].map(({ key, value }) => [textOf(key, scope), textOf(value, scope)]))
    : {}
}
