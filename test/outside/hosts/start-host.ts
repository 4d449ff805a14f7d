import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { freePort } from '#dev-stores/free-port.ts';
import { createOrphanGuard } from '#dev-stores/orphan-guard.ts';
import { createHostBrowser } from '#test/support/host-browser.ts';
import type { Service } from '#test/support/start-service.ts';
import { until } from '#test/support/until.ts';
import { startFront } from './front.ts';
import { type HostSample, sampleFile } from './samples.ts';

export type RunningHost = Awaited<ReturnType<typeof startHost>>;

/** A sample as a process of its own, and the enterprise whose logins begin and end at it. */
export async function startHost(service: Service, sample: HostSample) {
  await using starting = new AsyncDisposableStack();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const front = await startFront(service.ingresses[0]?.url ?? '');
  starting.defer(front.close);
  const enterprise = await service.seedEnterprise({
    unbound: 'bind',
    initiate_login_uri: `${url}/begin`,
    login_url: `${url}/wechat/login`,
    bind_url: `${url}/wechat/bind`,
    require_state: true,
  });

  const folder = await mkdtemp(path.join(os.tmpdir(), 'host-'));
  const guard = createOrphanGuard(folder);
  starting.defer(guard.dismiss);
  const [program, ...args] = await sample.command({ file: sampleFile(sample.file), folder, port });
  const { entId, apiKey, appid } = enterprise;
  const env = { LOGIN_SERVICE_URL: front.url, ENT_ID: entId, API_KEY: apiKey, PORT: String(port) };
  const child = execa(program, args, { cwd: folder, env, reject: false, all: true });
  guard.watch(child.pid);
  let said = '';
  child.all.on('data', (text) => {
    said += text;
  });
  starting.defer(async () => {
    child.kill('SIGKILL');
    await child;
  });
  let hasEnded = false;
  void child.finally(() => {
    hasEnded = true;
  });
  await until(
    async () => {
      if (hasEnded) throw new Error(`${sample.file} ended: ${said}`);
      return fetch(url).then(
        ({ ok }) => ok,
        () => false,
      );
    },
    { timeoutMs: 120_000, what: `${sample.file} to answer` },
  );

  /** Somebody's phone: WeChat's browser at the service, and the same browser at the host. */
  function browser() {
    const person = service.person();
    const { cookies, visit } = createHostBrowser(url);
    const nickname = `<b>${person.name}</b> & "co"`;
    service.simulator.control.putPerson(person.name, { nickname });
    const { openid } = service.simulator.control.person(person.name, appid) as { openid: string };
    return {
      name: person.name,
      cookies,
      visit,
      /** The host knows the person already. */
      async isKnownAs(userId: string) {
        const put = await service.callAs(enterprise, 'PUT', `/v1/bindings/${openid}`, { user_id: userId });
        if (put.status !== 201) throw new Error(`PUT binding answered ${put.status}: ${put.text}`);
      },
      unbind: () => service.callAs(enterprise, 'DELETE', `/v1/bindings/${openid}`),
      /** From the link in a message to the address where the login ends at the host. */
      async logIn(link: Record<string, string> = {}): Promise<URL> {
        // Whoever comes to a busy service is asked to come again.
        const served = (address: string) =>
          until(async () => {
            const answer = await person.visit(address);
            return answer.status !== 503 && answer;
          });
        const { location: begin } = await served(
          `/wechatTransfer?${new URLSearchParams({ ent_id: entId, ...link })}`,
        );
        const { location: onwards } = await visit(begin);
        const { location: authorizeUrl } = await served(onwards);
        await person.callback(await person.authorize(authorizeUrl));
        return new URL((await person.waitForEnd()).location ?? '');
      },
    };
  }

  const running = starting.move();
  return { front, browser, said: () => said, stop: () => running.disposeAsync() };
}
