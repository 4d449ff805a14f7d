import { Cluster, type ClusterNode } from 'ioredis';
import { copySilentAfterMs } from '#connections/single-client.ts';

type Overrides = Parameters<Cluster['duplicate']>[1];

/** ioredis's own limit, a try each tenth of a second: over before a replica takes the place of a node that died. */
export const fewRedirections = 16;

/** A cluster's client whose copies, on which BullMQ waits for jobs, give up sooner or later, whatever it does itself. */
export class ClusterClient extends Cluster {
  /** BullMQ begins a new wait where one takes too long. The old one must end, or it takes the next job's signal away. */
  override duplicate(seeds?: ClusterNode[], options?: Overrides) {
    return super.duplicate(seeds, {
      ...options,
      maxRedirections: fewRedirections,
      redisOptions: { ...options?.redisOptions, socketTimeout: copySilentAfterMs },
    });
  }
}
