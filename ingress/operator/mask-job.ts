import { jobOutcomes } from '#models/login/job.ts';
import { jobIdPattern, jobNamePattern } from '#models/login/job-logins.ts';
import { endStatuses, failureReasons } from '#models/login/status.ts';

const hidden = '[hidden]';
type Fields = Readonly<Record<string, unknown>>;

/** Reasons that BullMQ and the workers phrase themselves, with nothing of a login in them. */
const harmlessReasons = [
  /^job (stalled|started) more than allowable limit$/,
  /^errcode -?\d{1,6} from (token|refresh|userinfo)$/,
  /^(timeout|network|malformed|http) from (token|refresh|userinfo)$/,
  /^calls for this account are paused for [\d.]+ ms$/,
];
/** `settled` is what release 0.1.0 left. */
const words = new Set<unknown>(['pending', ...endStatuses, ...failureReasons, ...jobOutcomes, 'settled']);
const dataFields = ['login', 'n', 'entId', 'appid', 'recordedAt', 'diesAt', 'claimAs', 'losses', 'restedFor'];
const optionFields = [
  'attempts',
  'delay',
  'backoff',
  'removeOnComplete',
  'removeOnFail',
  'keepLogs',
  'priority',
];
/** Of a job of several logins: how many ended in which way. */
const resultFields = ['status', 'reason', 'outcome', 'verb', 'elapsedMs', ...jobOutcomes];

/**
 * A job as the dashboard may show it. Everything here is a list of what may pass, so that a field, an error or an
 * option of tomorrow stays hidden until somebody has thought about it.
 */
export function maskJob(job: Fields): Fields {
  return {
    id: matching(jobIdPattern, job['id']),
    name: matching(jobNamePattern, job['name']),
    timestamp: number(job['timestamp']),
    processedOn: number(job['processedOn']),
    finishedOn: number(job['finishedOn']),
    processedBy:
      job['processedBy'] === undefined ? undefined : matching(/^[\w.-]{1,64}$/, job['processedBy']),
    progress: number(job['progress']) ?? 0,
    attempts: number(job['attempts']),
    attemptsStarted: number(job['attemptsStarted']),
    stalledCounter: number(job['stalledCounter']),
    priority: number(job['priority']),
    delay: number(job['delay']),
    isFailed: job['isFailed'] === true,
    failedReason: reason(job['failedReason']),
    deferredFailure: reason(job['deferredFailure']),
    stacktrace: Array.isArray(job['stacktrace']) ? job['stacktrace'].map(maskStack) : [],
    opts: pick(job['opts'], optionFields, plain),
    data: maskData(job['data']),
    returnValue: maskResult(job['returnValue']),
  };
}

/** A job of several logins holds the others in `more`. */
function maskData(data: unknown): Fields {
  const own = pick(data, dataFields, (value) => number(value) ?? matching(/^[\w-]{1,70}$/, value));
  const more = (data as Fields | null | undefined)?.['more'];
  return Array.isArray(more) ? { ...own, more: more.map(maskData) } : own;
}

function maskResult(value: unknown): unknown {
  if (value == null) return value;
  if (typeof value === 'object') return pick(value, resultFields, (field) => number(field) ?? word(field));
  return word(value);
}

function reason(value: unknown): unknown {
  if (value == null) return undefined;
  const isHarmless = words.has(value) || harmlessReasons.some((pattern) => pattern.test(String(value)));
  return isHarmless ? value : `${hidden} The log has it: look for this login.`;
}

/** The error's class and the places in our code; an error's message may quote anything. */
function maskStack(stack: unknown): string {
  const text = String(stack);
  const [, kind = 'Error'] = /^([A-Z][A-Za-z]{0,40}(?:Error|Unreachable|Paused|Again))\b/.exec(text) ?? [];
  const places = text.matchAll(/\b((?:workers|models|operations)\/[\w/-]{1,60}\.ts:\d{1,5}:\d{1,5})\)?$/gm);
  return [kind, ...Array.from(places, ([, place]) => `    at ${place}`)].join('\n');
}

function pick(value: unknown, fields: readonly string[], mask: (field: unknown) => unknown): Fields {
  if (typeof value !== 'object' || value === null) return {};
  const source = value as Fields;
  return Object.fromEntries(
    fields.filter((field) => source[field] !== undefined).map((field) => [field, mask(source[field])]),
  );
}

const word = (value: unknown): unknown => (words.has(value) ? value : hidden);
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
const matching = (pattern: RegExp, value: unknown): string =>
  typeof value === 'string' && pattern.test(value) ? value : hidden;

/** A number or flag, or a flat object of them; BullMQ's names of back-offs pass. */
function plain(value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'object' || value === null) return hidden;
  return Object.fromEntries(
    Object.entries(value).filter(
      ([name, field]) =>
        typeof field === 'number' || (name === 'type' && /^(exponential|fixed)$/.test(String(field))),
    ),
  );
}
