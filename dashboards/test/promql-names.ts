/** What a PromQL expression refers to, by its own grammar. */
import { parser } from '@prometheus-io/lezer-promql'

export interface Selected {
  readonly metric: string
  readonly labels: readonly string[]
}

/** @throws Error where the expression does not parse */
export function selectorsOf(expr: string): Selected[] {
  const selectors: Selected[] = []
  const text = (from: number, to: number): string => expr.slice(from, to)
  parser.parse(expr).iterate({
    enter(node) {
      if (node.type.isError) throw new Error(`no PromQL at ${node.from}: ${expr}`)
      if (node.name !== 'VectorSelector') return
      const name = node.node.getChild('Identifier')
      const labels = [...expr.slice(node.from, node.to).matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(
        ([, label]) => label!,
      )
      selectors.push({ metric: name === null ? '' : text(name.from, name.to), labels })
    },
  })
  return selectors
}

/** Grafana's own variables, so that Prometheus's grammar is all that is left. */
export function withoutVariables(expr: string): string {
  return expr.replaceAll('$__rate_interval', '1m').replaceAll('$__range', '1h')
}
