import test from 'ava';
import { createLoginRecords } from '#models/login/record.ts';
import { createLoginStore } from '#models/login/store.ts';
import { digest } from '#operations/digest.ts';
import { checkOutRelease, type OlderRelease, olderReleases } from '#test/support/older-release.ts';
import { ticketIn } from '#test/support/person.ts';
import { withService } from '#test/support/start-service.ts';

const trees = new Map<OlderRelease, string | undefined>();
for (const release of olderReleases) trees.set(release, await checkOutRelease(release));

for (const [release, older] of trees) {
  if (older === undefined) {
    test(`${release} beside this release: not judged, since its history is not in this clone`, (t) =>
      t.pass());
    continue;
  }

  test(`a login with a goal that ends at processes of ${release} gets nobody in: its ticket is worth nothing anywhere`, async (t) => {
    const service = await withService(t, { ingresses: 0, workers: 0, signOfLife: false });
    await service.startIngress({}, older);
    await service.startWorker({}, older);
    const enterprise = await service.seedEnterprise();
    await service.startIngress();
    const { redis, prefix } = service;
    const records = createLoginRecords(createLoginStore({ redis, prefix }), {
      shards: 1,
      codeLifetimeMs: 300_000,
    });

    for (const ingress of service.ingresses) {
      const person = service.person({ ingressUrl: ingress.url });
      const authorizeUrl = new URL(await person.start(enterprise.entId));
      const [cookie = ''] = [...person.cookies.values()];
      const { entId, appid } = enterprise;
      const browser = digest(cookie.split('.', 1)[0] ?? '');
      const login = {
        entId,
        appid,
        browser,
        scope: 'snsapi_userinfo',
        target: '',
        lang: 'en',
        restarts: 0,
      } as const;
      authorizeUrl.searchParams.set('state', await records.open({ ...login, goal: 'oidc:its-uid' }));
      await person.callback(await person.authorize(authorizeUrl.href));
      const end = await person.waitForEnd();
      const isOld = ingress === service.ingresses[0];
      const finish = `${service.publicUrl}/oidc/interaction/its-uid/finish?login=`;
      if (!isOld) t.true(end.status === 'ready' && end.location?.startsWith(finish), JSON.stringify(end));
      else if (end.status !== 'ready') t.deepEqual(end, { status: 'failed', reason: 'expired' });
      else {
        const redeem = await service.callAs(enterprise, 'POST', '/v1/tickets/redeem', {
          ticket: ticketIn(end.location),
        });
        t.is(redeem.status, 400);
      }
    }
  });
}
