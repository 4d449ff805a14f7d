import type { World } from '#chaos/world/start-world.ts';

/** The operator's pages at the first ingress, as a browser without scripts uses them. Rejects where one is not as expected. */
export function operateWorld({ ingresses, adminToken }: Pick<World, 'ingresses' | 'adminToken'>) {
  const origin = ingresses[0]?.adminUrl ?? '';
  const headers = { authorization: `Bearer ${adminToken}`, accept: 'text/html', 'accept-language': 'en' };

  return {
    /** Sends a form; answers where that leads. */
    async submit(path: string, form: Record<string, string>): Promise<string> {
      const body = new URLSearchParams(form);
      const answer = await fetch(origin + path, { method: 'POST', redirect: 'manual', headers, body });
      const leadsTo = answer.headers.get('location');
      if (answer.status !== 303 || leadsTo === null)
        throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
      return leadsTo;
    },

    async see(path: string): Promise<string> {
      const answer = await fetch(origin + path, { headers });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text}`);
      return text;
    },
  };
}
