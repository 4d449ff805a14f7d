import { PanelBuilder as BarGauge } from '@grafana/grafana-foundation-sdk/bargauge';
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import {
  AnnotationQueryBuilder,
  DashboardBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as Heatmap } from '@grafana/grafana-foundation-sdk/heatmap';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as StateTimeline } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TimeSeries } from '@grafana/grafana-foundation-sdk/timeseries';
import { type PanelData, panels } from '#deploy/grafana/panels.ts';

const source: DataSourceRef = { type: 'prometheus', uid: '$datasource' };
const kinds = {
  timeseries: TimeSeries,
  bargauge: BarGauge,
  statetimeline: StateTimeline,
  heatmap: Heatmap,
  stat: Stat,
};
/** Of Grafana's 24 columns. */
const [width, height] = [12, 8];

/** Those of a value that is now, not a line. */
const isInstant = ({ kind }: PanelData) => kind === 'bargauge' || kind === 'stat';

function panelOf(data: PanelData, index: number) {
  const panel = new kinds[data.kind]()
    .id(index + 1)
    .title(data.title)
    .description(data.says)
    .datasource(source)
    .gridPos({ x: (index % 2) * width, y: Math.floor(index / 2) * height, w: width, h: height })
    .targets(
      data.queries.map(([expr, legend], n) => {
        const query = new DataqueryBuilder()
          .refId(String.fromCharCode(65 + n))
          .expr(expr)
          .legendFormat(legend);
        return isInstant(data) ? query.instant() : query.range();
      }),
    );
  return data.unit === undefined ? panel : panel.unit(data.unit);
}

const labelValues = (name: string, metric: string) =>
  new QueryVariableBuilder(name)
    .query(`label_values(${metric}, ${name})`)
    .datasource(source)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .includeAll(true)
    .allValue('.*')
    .multi(true);

/** The dashboard as Grafana 10 or later imports it. */
export function dashboardFile(): string {
  const builder = new DashboardBuilder('WeChat login')
    .uid('wechat-login')
    .tags(['wechat-login'])
    .description('Made by npm run alerts from deploy/grafana; a copy of it is yours to change.')
    .time({ from: 'now-3h', to: 'now' })
    .refresh('30s')
    .withVariable(new DatasourceVariableBuilder('datasource').type('prometheus'))
    .withVariable(labelValues('job', 'wechat_build_info'))
    .withVariable(labelValues('appid', 'wechat_login_steps_total'))
    .withVariable(labelValues('ent_id', 'wechat_logins_total'))
    // Marks an upgrade on every panel.
    .annotation(
      new AnnotationQueryBuilder()
        .name('Started')
        .datasource(source)
        .enable(true)
        .iconColor('blue')
        .expr('changes(process_start_time_seconds{job=~"$job"}[$__rate_interval]) > 0'),
    );
  for (const [index, data] of panels.entries()) builder.withPanel(panelOf(data, index));
  return `${JSON.stringify(builder.build(), null, 2)}\n`;
}
