import { parser } from '@prometheus-io/lezer-promql';

export type Selector = { readonly metric: string; readonly labels: readonly string[] };

/** What an expression asks for. Throws where it cannot be parsed. */
export function selectorsOf(expr: string): Selector[] {
  const tree = parser.parse(expr);
  const selectors: Selector[] = [];
  tree.iterate({
    enter(node) {
      if (node.type.isError) throw new Error(`${expr}\nis no PromQL at ${node.from}`);
      if (node.name !== 'VectorSelector') return;
      const text = expr.slice(node.from, node.to);
      const [metric = '', matchers = ''] = text.split('{', 2);
      const labels = Array.from(matchers.matchAll(/(\w+)(?:=~|!~|!=|=)"/g), ([, label = '']) => label);
      selectors.push({ metric, labels });
    },
  });
  return selectors;
}

/** As Grafana fills in its variables. */
export const filledIn = (expr: string): string =>
  expr
    .replaceAll('$__rate_interval', '1m')
    .replaceAll('$__range', '5m')
    .replaceAll(/\$(job|appid|ent_id)\b/g, '.*');
