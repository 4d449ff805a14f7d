import type { LoginViews } from '#ingress/browser/login-view.ts';
import type { ScanView } from '#ingress/browser/pages/scan-pages.ts';
import { withinASecond } from '#ingress/http/redis-deadline.ts';
import type { LoginRecords } from '#models/login/record.ts';
import type { Scan } from '#models/login/scan.ts';

export type ScanViews = ReturnType<typeof createScanViews>;

/** Tells a desktop how its scan stands. Nothing of the phone's person before the person said yes. */
export function createScanViews(deps: {
  records: Pick<LoginRecords, 'read'>;
  viewOf: LoginViews;
  publicUrl: string;
}) {
  const { records, viewOf, publicUrl } = deps;

  return async function scanViewOf(scan: Scan): Promise<ScanView> {
    const { state, code, who } = scan;
    const whom = who && { who: { nickname: who.nickname, avatar_url: who.avatarUrl } };
    switch (state) {
      case 'waiting':
        return { status: 'waiting', qr: `${publicUrl}/q/${code}` };
      case 'match':
        return { status: 'match', ...whom };
      case 'ended':
        return wayOn(scan.endedLogin, whom);
      default:
        return { status: state };
    }
  };

  /** The desktop's login leads on as any other does: to the host with a ticket, or back to what it was begun for. */
  async function wayOn(loginId: string, whom: Pick<ScanView, 'who'> = {}): Promise<ScanView> {
    const login = await withinASecond(() => records.read(loginId));
    const view = login && (await viewOf(login));
    const isGood = view?.status === 'ready' || view?.status === 'bind';
    if (!isGood || view.location === undefined) return { status: 'expired' };
    return { status: view.status, ...whom, location: view.location };
  }
}
