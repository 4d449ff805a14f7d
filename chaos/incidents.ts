/** What was done to the service, and for how long it may have been felt. Times are ms since the epoch. */
export type Incident = {
  readonly fault: string;
  /** `workers-1`, `ingress-2`, `redis`, `mongo`, `wechat`. */
  readonly target: string;
  readonly at: number;
  until: number;
};

export type Incidents = ReturnType<typeof createIncidents>;

/** The diary of the faults of one run: the referee explains with it what people met. */
export function createIncidents() {
  const list: Incident[] = [];
  return {
    list: list as readonly Incident[],
    /** The fault begins now; call what comes back when it is over. */
    begin(fault: string, target: string): () => void {
      const incident = { fault, target, at: Date.now(), until: Number.POSITIVE_INFINITY };
      list.push(incident);
      return () => {
        incident.until = Date.now();
      };
    },
    /** Closes whatever is still open, when the run is over. */
    close(): void {
      for (const incident of list) incident.until = Math.min(incident.until, Date.now());
    },
  };
}
