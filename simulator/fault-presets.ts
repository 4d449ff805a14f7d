import type { Fault, FaultInput } from './fault-schema.ts';

/** What people want to try: the buttons of the panel, by their names. */
export const presets = {
  busy: { kind: 'error', errcode: -1 },
  quotaDay: { kind: 'error', errcode: 45009 },
  quotaMinute: { kind: 'error', errcode: 45011 },
  secret: { kind: 'error', errcode: 40125 },
  address: { kind: 'error', errcode: 40164 },
  unauthorized: { kind: 'error', errcode: 48001, endpoint: 'userinfo' },
  slow: { kind: 'latency', ms: 5_000 },
  hang: { kind: 'hang' },
  reset: { kind: 'reset' },
  snapshot: { kind: 'snapshot' },
  doubleCallback: { kind: 'double-callback' },
  nickname: { kind: 'nickname' },
} as const satisfies Record<string, FaultInput>;

export type PresetName = keyof typeof presets;
export const presetNames = Object.keys(presets) as PresetName[];
export const isPresetName = (name: string): name is PresetName => Object.hasOwn(presets, name);

/** The button that a fault is of, however it came about; undefined for one that no button makes. */
export function presetOf(fault: Fault): PresetName | undefined {
  const endpoint = 'endpoint' in fault ? fault.endpoint : undefined;
  return presetNames.find((name) => {
    const preset: FaultInput = presets[name];
    const wanted = 'endpoint' in preset ? preset.endpoint : undefined;
    const members = Object.entries(preset);
    return endpoint === wanted && members.every(([member, value]) => Reflect.get(fault, member) === value);
  });
}
