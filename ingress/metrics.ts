import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type HoldReason, holdReasons } from '#ingress/admission/hold-reason.ts';
import { createStepMetrics } from '#models/counts/step-metrics.ts';
import { createBoundedLabel } from '#operations/bounded-label.ts';
import { createGatheringMetrics, type GatheringState } from '#operations/gathering-metrics.ts';
import { createListenerMetrics } from '#operations/listener-metrics.ts';
import { createLogMetrics } from '#operations/log-metrics.ts';
import { createProcessMetrics } from '#operations/process-metrics.ts';

/** Labels of one metric; an enterprise beyond them is `other`. */
const mostEnterprises = 200;
/** What becomes of a callback's code. */
const callbackOutcomes = [
  'recorded',
  'repeated',
  'finished',
  'full',
  'foreign',
  'unknown',
  'refused',
  'confirmed',
] as const;
export type CallbackOutcome = (typeof callbackOutcomes)[number];

export type IngressMetrics = ReturnType<typeof createIngressMetrics>;

/** What the ingress counts about itself; every label is from a closed list. */
export function createIngressMetrics(gathering?: GatheringState) {
  const registry = new Registry();
  // Event-loop lag, memory, descriptors and the like.
  collectDefaultMetrics({ register: registry });
  createLogMetrics(registry);
  createProcessMetrics(registry, 'ingress');
  if (gathering) createGatheringMetrics(registry, gathering);

  const requests = new Histogram({
    name: 'wechat_http_request_duration_seconds',
    help: 'Time from a request to the end of its answer. The status route holds answers back on purpose.',
    labelNames: ['method', 'route', 'status'],
    // One second and five are promises: a callback's answer, a host's.
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [registry],
  });
  const begun = new Counter({
    name: 'wechat_logins_begun_total',
    help: 'Logins begun.',
    registers: [registry],
  });
  const callbacks = new Counter({
    name: 'wechat_callbacks_total',
    help: 'Callbacks of WeChat by what became of their code.',
    labelNames: ['outcome'],
    registers: [registry],
  });

  for (const outcome of callbackOutcomes) callbacks.inc({ outcome }, 0);

  const held = new Counter({
    name: 'wechat_holds_total',
    help: 'Answers that held a person before WeChat, by reason; who waits is answered again and again.',
    labelNames: ['reason'],
    registers: [registry],
  });
  for (const reason of holdReasons) held.inc({ reason }, 0);

  const denied = new Counter({
    name: 'wechat_scans_denied_total',
    help: 'Computers that wanted to be logged in and were refused on the phone. Many of one enterprise: its QR codes are passed on.',
    labelNames: ['ent_id'],
    registers: [registry],
  });
  const entIdLabel = createBoundedLabel(mostEnterprises);

  return {
    registry,
    steps: createStepMetrics(registry),
    ...createListenerMetrics(registry, ['host', 'operator', 'client']),
    /** `status` is the class, such as `2xx`. */
    request: (method: string, route: string, status: string, seconds: number): void =>
      requests.observe({ method, route, status }, seconds),
    loginBegun: (): void => begun.inc(),
    /** `count` is asked when the metrics are. */
    heldPolls(count: () => number): void {
      new Gauge({
        name: 'wechat_held_status_requests',
        help: 'Status requests, and open pages, that are held until their login ends.',
        registers: [registry],
        collect() {
          this.set(count());
        },
      });
    },
    scanDenied: (entId: string): void => denied.inc({ ent_id: entIdLabel(entId) }),
    /** `count` is asked when the metrics are. */
    heldScanPolls(count: () => number): void {
      new Gauge({
        name: 'wechat_held_scan_requests',
        help: 'Status requests of computers that are held until a phone scans or answers.',
        registers: [registry],
        collect() {
          this.set(count());
        },
      });
    },
    callback: (outcome: CallbackOutcome): void => callbacks.inc({ outcome }),
    held: (reason: HoldReason): void => held.inc({ reason }),
    /** `count` is asked when the metrics are. */
    heldPeople(count: () => number): void {
      new Gauge({
        name: 'wechat_held_people',
        help: 'People who stand in line before WeChat, at all ingresses; some of them may have left. Take the highest.',
        registers: [registry],
        collect() {
          this.set(count());
        },
      });
    },
    /** `count` is asked when the metrics are. */
    liveWorkers(count: () => number): void {
      new Gauge({
        name: 'wechat_live_workers',
        help: 'Worker processes that told of themselves in the last three seconds.',
        registers: [registry],
        collect() {
          this.set(count());
        },
      });
    },
  };
}
