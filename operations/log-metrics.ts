import { Counter, type Registry } from 'prom-client';
import { droppedLines } from './log-destination.ts';

/** What every process counts about its log. */
export function createLogMetrics(registry: Registry): void {
  new Counter({
    name: 'wechat_log_lines_dropped_total',
    help: 'Lines of the log that nobody took: their reader stands still or is gone, or the disk is full.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(droppedLines());
    },
  });
}
