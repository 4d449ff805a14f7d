import type { Profiler } from 'node:inspector';

type Share = { readonly name: string; readonly share: number };
export type ProfileSummary = {
  /** Of the profiled time, the part in which the process did anything. */
  readonly busy: number;
  /** By the nearest package up the stack, so that a socket write counts for whoever wrote. Shares of the busy time. */
  readonly owners: Share[];
  readonly functions: Share[];
  /** Functions of ours, with everything they call. */
  readonly inclusive: Share[];
};

/** Says where the time of a V8 CPU profile went. */
export function summariseProfile(profile: Profiler.Profile): ProfileSummary {
  const parents = new Map<number, Profiler.ProfileNode>();
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  for (const node of profile.nodes) for (const child of node.children ?? []) parents.set(child, node);

  const self = new Map<number, number>();
  const { samples = [], timeDeltas = [] } = profile;
  let total = 0;
  let busy = 0;
  samples.forEach((id, index) => {
    const time = timeDeltas[index + 1] ?? 0;
    total += time;
    if (nodes.get(id)?.callFrame.functionName === '(idle)') return;
    busy += time;
    self.set(id, (self.get(id) ?? 0) + time);
  });

  const owners = new Map<string, number>();
  const functions = new Map<string, number>();
  const inclusive = new Map<string, number>();
  const add = (map: Map<string, number>, key: string, time: number) =>
    map.set(key, (map.get(key) ?? 0) + time);
  for (const [id, time] of self) {
    const node = nodes.get(id);
    if (node === undefined) continue;
    add(functions, labelOf(node.callFrame), time);
    let owner: string | undefined;
    const seen = new Set<string>();
    for (let at: Profiler.ProfileNode | undefined = node; at !== undefined; at = parents.get(at.id)) {
      const place = ownerOf(at.callFrame);
      owner ??= place;
      const label = labelOf(at.callFrame);
      if (place !== undefined && !seen.has(label)) {
        seen.add(label);
        add(inclusive, label, time);
      }
    }
    const { functionName } = node.callFrame;
    add(owners, functionName.startsWith('(') ? functionName : (owner ?? 'node'), time);
  }

  const shares = (map: Map<string, number>, count: number) =>
    [...map]
      .map(([name, time]) => ({ name, share: time / busy }))
      .sort((a, b) => b.share - a.share)
      .slice(0, count);
  return {
    busy: busy / total,
    owners: shares(owners, 25),
    functions: shares(functions, 40),
    inclusive: shares(inclusive, 60),
  };
}

function ownerOf({ url }: { url: string }): string | undefined {
  const inPackage = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url);
  if (inPackage) return inPackage[1];
  return url.startsWith('file:') ? 'ours' : undefined;
}

function labelOf({
  functionName,
  url,
  lineNumber,
}: {
  functionName: string;
  url: string;
  lineNumber: number;
}): string {
  const place = url
    .replace(/.*\/node_modules\//, '')
    .replace(/^file:\/\/.*\/(?=(ingress|workers|models|operations)\/)/, '');
  return `${functionName || '(anonymous)'} ${place}${place ? `:${lineNumber + 1}` : ''}`;
}
