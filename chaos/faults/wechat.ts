import type { Fault } from '#chaos/scenario.ts';

/** A spell of one of the simulator's faults, from a share of the logins on, for a time; see simulator/README.md. */
export function spell(
  fault: { kind: string } & Record<string, unknown>,
  forMs: number,
  { from = 0.1 } = {},
): Fault {
  return async (run) => {
    const { world } = run;
    await run.until(from);
    const over = world.incidents.begin(String(fault['errcode'] ?? fault.kind), 'wechat');
    const { id } = await world.wechat.addFault({ endpoint: 'access_token', ...fault });
    await run.pause(forMs);
    await world.wechat.removeFault(id).catch(() => {});
    over();
  };
}

/** Nobody listens where WeChat's API was. The people's side of WeChat goes on. */
export function weChatDown(forMs: number, { from = 0.1 } = {}): Fault {
  return async (run) => {
    await run.until(from);
    const over = run.world.incidents.begin('down', 'wechat');
    run.world.wechatProxy.refuse();
    await run.pause(forMs);
    await run.world.wechatProxy.heal();
    over();
  };
}

/** Several faults at once, or, each with its own beginning, one after the other. */
export function all(...faults: Fault[]): Fault {
  return async (run) => {
    await Promise.all(faults.map((fault) => fault(run)));
  };
}
