import test from 'ava';
import { seriesOf } from '#ingress/operate/series.ts';

const minuteMs = 60_000;
const now = 100 * minuteMs + 5_000;
const row = (step: string, minute: number, n: number) => ({
  entId: 'e',
  appid: 'a',
  step,
  n,
  from: minute * minuteMs,
});

test('each point of a line is the sum of its time, the present one last', (t) => {
  const rows = [
    row('sent', 98, 2),
    row('sent', 98, 1),
    row('ready', 99, 4),
    row('bind', 99, 1),
    row('failed:misconfigured', 100, 3),
    row('e:token:40125', 100, 3),
    row('sent', 97, 9),
  ];
  const time = { now, lengthMs: 3 * minuteMs, stepMs: minuteMs };
  t.deepEqual(seriesOf(rows, time, [{ step: 'e:token:40125' }]), {
    at: [98, 99, 100].map((minute) => new Date(minute * minuteMs).toISOString()),
    sent: [3, 0, 0],
    in: [0, 5, 0],
    failing: [0, 0, 3],
    kinds: [{ step: 'e:token:40125', n: [0, 0, 3] }],
  });
});
