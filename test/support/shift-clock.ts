/**
 * Loaded into a process with `node --import`: its date is SHIFT_CLOCK_MS ahead of this machine's (or, below 0, behind it).
 * A clock that only counts on, such as performance.now(), is as it was: no wrong date touches that one.
 */
const shiftMs = Number(process.env['SHIFT_CLOCK_MS'] ?? 0);
const rightNow = Date.now;
const shiftedNow = () => rightNow() + shiftMs;

globalThis.Date = new Proxy(Date, {
  construct: (right, given, newTarget) =>
    Reflect.construct(right, given.length === 0 ? [shiftedNow()] : given, newTarget),
  get: (right, name) => (name === 'now' ? shiftedNow : Reflect.get(right, name)),
});
