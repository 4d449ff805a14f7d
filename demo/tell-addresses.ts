import QRCode from 'qrcode';
import type { HostEnterprise } from './host.ts';

/** What to open and what to click. */
export async function tellAddresses(options: {
  enterprises: readonly HostEnterprise[];
  hostUrl: string;
  oidcUrl: string;
  adminUrl: string;
  workerAdminUrl: string;
  adminToken: string;
  simulatorUrl: string;
  logFolder: string;
  pids: { ingress: number | undefined; workers: number | undefined };
}): Promise<string> {
  const { hostUrl, oidcUrl, adminUrl, workerAdminUrl, adminToken, simulatorUrl, logFolder, pids } = options;
  const [open, staff] = options.enterprises.map(({ startUrl }) => startUrl);
  const qrCode = await QRCode.toString(open ?? '', { type: 'terminal', small: true });
  const forPhones = hostUrl.includes('127.0.0.1')
    ? ' (a phone needs DEMO_ADDRESS=<this machine’s address in your network>)'
    : '';
  const faults = `curl ${simulatorUrl}/_simulator/faults`;
  return `
The demo is running. Three doors, phone, desktop and OpenID Connect; open in a browser:

  phone and desktop; whoever comes gets a user    ${open}
  phone and desktop; only who has a user already  ${staff}
  a stock OpenID Connect client                   ${oidcUrl}/
  the example host                                ${hostUrl}/
  the simulated WeChat                            ${simulatorUrl}/

  the operator: what is the matter, how it goes   ${adminUrl}/operate
    sign in with:                                 ${adminToken}

  queue dashboard                                 ${adminUrl}/queues/
  metrics of ingress and workers                  ${adminUrl}/metrics  ${workerAdminUrl}/metrics
    user: any name, password:                     ${adminToken}

Phone, what to click (this browser is the phone's):
  1. The first link. You are outside WeChat, so it shows a QR code: 仍用当前浏览器继续 (Continue in this browser).
  2. The simulated WeChat asks: choose who you are, then 允许 (allow). The waiting page takes you to the host.
  3. Log out, and the first link again, as the same person: the user is known now (created: false).
  4. Log out, and once more with 拒绝 (refuse). Or with 以网页快照打开 (open as snapshot page): the snapshot opens in a new
     tab, where one can only look; back in the old tab, 使用完整服务 (use the full service) goes on to the login.
  5. Log out first, then the second link: a first login has to name an existing user, alice, bob or carol.
Desktop (this browser is the computer's, and the phone is another):
  6. Log out, and the first link again: its QR code logs this browser in. In another tab the simulated WeChat has a phone, 扫一扫 (scan):
     choose whose it is, and paste a screenshot of the code. 允许登录 (Allow sign-in) shows three digits: type them where the code
     was, and the host is there. Next time the phone's yes is enough.
OpenID Connect:
  7. The client: another system, which knows nothing of this service but its address. There, too, by phone or desktop.

The operator, while something is wrong:
  8. ${faults} -d '{"kind":"error","errcode":40125,"endpoint":"access_token"}'
     makes WeChat refuse the secret. Log in once more: /operate says within seconds what is wrong, with whom, and what to do.
  9. ${faults} -X DELETE
     mends it.

The first link as a QR code${forPhones}:
${qrCode}
Logs are in ${logFolder}, of process ${pids.ingress} (ingress) and ${pids.workers} (workers).
Ctrl-C ends everything and leaves nothing behind.
`;
}
