import test from 'ava';
import { checkOutRelease, olderReleases } from '#test/support/older-release.ts';
import { ticketIn } from '#test/support/person.ts';
import { desktopUserAgent, digitsIn, openDesktop } from '#test/support/scan.ts';
import { withService } from '#test/support/start-service.ts';
import { until } from '#test/support/until.ts';

const form = { 'content-type': 'application/x-www-form-urlencoded' };

const trees = await Promise.all(olderReleases.map(checkOutRelease));

for (const [n, release] of olderReleases.entries()) {
  const older = trees[n];
  if (older === undefined) {
    test(`scans beside ${release}: not judged, since its history is not in this clone`, (t) => t.pass());
    continue;
  }

  test(`scans beside ${release}: whatever lands on its ingress heals, and nobody is somebody else`, async (t) => {
    const service = await withService(t, { ingresses: 0, workers: 0, signOfLife: false });
    const oldIngress = await service.startIngress({}, older);
    const enterprise = await service.seedEnterprise();
    const { url } = await service.startIngress();
    await service.startWorker();
    /** A browser whose requests a balancer sends to either. */
    const browser = (userAgent?: string) => {
      const [fresh, old] = [url, oldIngress.url].map((ingressUrl) =>
        service.person({ ingressUrl, ...(userAgent && { userAgent }) }),
      );
      if (fresh === undefined || old === undefined) throw new RangeError();
      const onOld: typeof old.visit = async (address, init) => {
        for (const [name, value] of fresh.cookies) old.cookies.set(name, value);
        return old.visit(address, init);
      };
      return { fresh, onOld };
    };

    const desktop = browser(desktopUserAgent);
    const shown = await openDesktop(service, enterprise.entId, { person: desktop.fresh });
    const poll = await desktop.onOld(`/scans/${shown.id}/status?wait=25&told=waiting`);
    t.is(poll.status, 404);
    // By this word the page knows that it is not its scan that is gone.
    t.not(poll.json().error, 'unknown_scan');

    const phone = browser();
    t.is((await phone.onOld(shown.qr)).status, 404);
    const { location } = await phone.fresh.visit(shown.qr);
    const callbackUrl = await phone.fresh.authorize(location);
    t.is((await phone.onOld(callbackUrl)).status, 303);
    const id = new URL(callbackUrl).searchParams.get('state') ?? '';
    await until(async () => (await phone.fresh.poll({ id })).status === 'ready');
    // The old ingress, which would lead the phone itself to the host, has no ticket for it.
    t.deepEqual((await phone.onOld(`/logins/${id}/status`)).json(), { status: 'failed', reason: 'expired' });

    const page = `/logins/${id}/scan`;
    t.is((await phone.onOld(page)).status, 404);
    t.is((await phone.fresh.visit(page)).status, 200);
    const decided = await phone.fresh.visit(page, { method: 'POST', headers: form, body: 'decision=allow' });
    const end = (await shown.send(digitsIn(decided))).json();
    t.is(end.status, 'ready');
    const redeemed = await service.callAs(enterprise, 'POST', '/v1/tickets/redeem', {
      ticket: ticketIn(end.location),
    });
    t.is(redeemed.status, 200, 'and the old ingress redeems its ticket');
  });
}
