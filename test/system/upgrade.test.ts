import test, { type ExecutionContext } from 'ava';
import { checkOutRelease, type OlderRelease, olderReleases } from '#test/support/older-release.ts';
import { type Service, withService } from '#test/support/start-service.ts';
import { isShared, jobsMade, untilShared } from './jobs-of.ts';

const logins = 30;

const trees = new Map<OlderRelease, string | undefined>();
for (const release of olderReleases) trees.set(release, await checkOutRelease(release));

for (const [release, older] of trees) {
  if (older === undefined) {
    test(`${release} beside this release: not judged, since its history is not in this clone`, (t) =>
      t.pass());
    continue;
  }

  test(`${release} and this release carry one load together, in either pairing, and nobody is lost`, async (t) => {
    t.timeout(180_000);
    const service = await withService(t, { ingresses: 0, workers: 0, signOfLife: false });
    const oldIngress = await service.startIngress({}, older);
    const oldWorker = await service.startWorker({}, older);
    const enterprise = await service.seedEnterprise();
    const { entId, appid } = enterprise;
    /** People come in by all ingresses at once; each must get in, and be redeemed by another ingress. */
    const crowd = async (what: string, urls: string[]) => {
      const persons = Array.from({ length: logins }, (_, at) =>
        service.person({ ingressUrl: urls[at % urls.length] ?? '' }),
      );
      const ends = await Promise.all(persons.map((person) => person.login(entId)));
      t.deepEqual([...new Set(ends.map(({ status }) => status))], ['ready'], what);
      t.true(
        ends.every(({ reauthorizations }) => reauthorizations === 0),
        what,
      );
      for (const [at, { ticket }] of ends.entries()) {
        const answer = await redeem(urls[(at + 1) % urls.length] ?? '', ticket);
        t.is(answer.status, 200, what);
      }
    };
    const redeem = (url: string, ticket: string) =>
      fetch(`${url}/v1/tickets/redeem`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(`${entId}:${enterprise.apiKey}`).toString('base64')}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ ticket }),
      });

    await crowd('old ingress, old workers', [oldIngress.url]);
    const newIngress = await service.startIngress();
    await crowd('both ingresses, old workers', [oldIngress.url, newIngress.url]);
    const begun = service.person({ ingressUrl: oldIngress.url });
    const callbackUrl = await begun.authorize(await begun.start(entId));
    await service.startWorker();
    await crowd('both ingresses, both workers', [oldIngress.url, newIngress.url]);
    t.deepEqual((await jobsMade(service)).filter(isShared), [], 'no old worker gets a job of several logins');
    await oldWorker.end('SIGTERM');
    await crowd('both ingresses, new workers', [oldIngress.url, newIngress.url]);
    await oldIngress.end('SIGTERM');
    // A login that the old ingress began ends in the new one.
    const moved = service.person({ ingressUrl: newIngress.url });
    for (const [name, value] of begun.cookies) moved.cookies.set(name, value);
    t.is((await moved.callback(callbackUrl)).status, 303);
    t.is((await moved.waitForEnd()).status, 'ready');
    await untilShared(newIngress);
    await crowd('all new', [newIngress.url]);
    t.true((await jobsMade(service)).some(isShared), 'logins of one moment share a job');

    oneCallEach(t, service, appid);
    t.is(await service.mongo.collection('bindings').countDocuments({ entId }), 5 * logins + 1);
  });

  test(`a job of several logins that a worker of ${release} takes after all leaves nobody behind: their pages see to it`, async (t) => {
    t.timeout(180_000);
    const service = await withService(t, { ingresses: 0, workers: 0, signOfLife: false });
    // It was here first: nothing is written that it cannot read.
    const oldIngress = await service.startIngress({}, older);
    const { entId, appid } = await service.seedEnterprise();
    const ingress = await service.startIngress();
    await service.startWorker();
    await untilShared(ingress);
    const persons = await Promise.all(
      Array.from({ length: logins }, async () => {
        const person = service.person({ ingressUrl: ingress.url });
        return { person, callbackUrl: await person.authorize(await person.start(entId)) };
      }),
    );
    // It stands still, as every process may for a moment, and its sign of life is good for three seconds.
    service.workers[0]?.process.kill('SIGSTOP');
    await Promise.all(persons.map(({ person, callbackUrl }) => person.callback(callbackUrl)));
    t.true((await jobsMade(service)).some(isShared));
    await service.killWorker();
    await service.startWorker({}, older);
    await oldIngress.end('SIGTERM');
    const ends = await Promise.all(persons.map(({ person }) => person.waitForEnd({ wait: 4 })));
    t.deepEqual([...new Set(ends.map(({ status }) => status))], ['ready']);
    oneCallEach(t, service, appid);
  });

  if (release === '0.1.0')
    test('a confirm page of 0.1.0 is answered by this release, and the login ends in the browser that was asked', async (t) => {
      const service = await withService(t, { ingresses: 0, workers: 1, signOfLife: false });
      const oldIngress = await service.startIngress({}, older);
      const newIngress = await service.startIngress();
      const { entId, appid } = await service.seedEnterprise();
      /** Someone who lost the cookie twice, and reads the page that asks. */
      const someoneAsked = async () => {
        const person = service.person({ ingressUrl: oldIngress.url });
        const lostUrl = await person.authorize(await person.start(entId));
        person.cookies.clear();
        const restart = await person.visit(lostUrl);
        const again = await person.authorize(restart.location);
        person.cookies.clear();
        const { text } = await person.visit(again);
        const [, action = ''] = /<form method="post" action="([^"]+)"/.exec(text) ?? [];
        t.regex(action, /^\/logins\/[0-9a-f]{34}\/confirm\?held=[\w-]{43}\.[\w-]{43}$/);
        const moved = service.person({ ingressUrl: newIngress.url, name: person.name });
        for (const [name, value] of person.cookies) moved.cookies.set(name, value);
        return { moved, action, id: action.split('/')[2] ?? '' };
      };

      const { moved, action, id } = await someoneAsked();
      const stranger = service.person({ ingressUrl: newIngress.url });
      await stranger.start(entId);
      t.is((await stranger.visit(action, { method: 'POST' })).status, 404);
      const answer = await moved.visit(action, { method: 'POST' });
      t.is(answer.status, 303);
      t.is(answer.location, `/logins/${id}?confirmed`);
      t.is((await moved.waitForEnd()).status, 'ready');
      // The person taps twice.
      t.is((await moved.visit(action, { method: 'POST' })).status, 303);
      const bindings = await service.mongo.collection('bindings').find({ entId }).toArray();
      const { openid } = service.simulator.control.person(moved.name, appid) as { openid: string };
      t.deepEqual(
        bindings.map((binding) => binding['openid'] as string),
        [openid],
      );
    });
}

function oneCallEach(t: ExecutionContext, service: Service, appid: string): void {
  const { calls } = service.simulator.control.calls({ appid, endpoint: 'access_token' });
  t.is(new Set(calls.map(({ code }) => code)).size, calls.length, 'no code was sent twice');
}
