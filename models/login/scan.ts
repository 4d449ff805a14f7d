import type { Goal } from '#models/login/goal.ts';
import type { Identity } from '#models/login/ticket.ts';

/** `expired`: by the clock. `ended`: the desktop has a login of its own, which says how it goes on. */
export type ScanState = 'waiting' | 'asking' | 'match' | 'ended' | 'denied' | 'expired';

/** What a desktop asks for. Its login is to have what this says, as if its own link had begun it. */
export type ScanWish = {
  readonly entId: string;
  readonly appid: string;
  /** Which enterprise of this ent_id (documentIdOf). */
  readonly enterprise: string;
  readonly target: string;
  readonly lang: string;
  readonly hostState: string;
  readonly challenge: string;
  /** What the desktop gets at the end: a ticket for the host (''), or the way back to its OpenID Connect interaction. */
  readonly goal: Goal | '';
};

export type NewScan = ScanWish & {
  /** Digest of the desktop's cookie. */
  readonly browser: string;
  /** Its browser and system, for people; '' where that is not known. */
  readonly device: string;
  /** A name of the network it comes from; '' where that is not known. */
  readonly network: string;
  /** Names of the bindings whose person has let this desktop in by digits before. */
  readonly known: readonly string[];
};

export type Scan = NewScan & {
  readonly id: string;
  readonly state: ScanState;
  /** ms of Redis's clock, both. */
  readonly begunAt: number;
  readonly now: number;
  /** The newest code of its QR. */
  readonly code: string;
  /** Its digest. */
  readonly qr: string;
  /** Digest of the cookie of the phone that took it, and that phone's login; '' before. */
  readonly phone: string;
  readonly login: string;
  /** Whom it is to log in, once the person said yes. */
  readonly who: Who | undefined;
  /** '' before the person's yes, and where none are asked for. */
  readonly digits: string;
  readonly triesLeft: number;
  /** The desktop's login; '' before the end. */
  readonly endedLogin: string;
  /** When time alone changes it, in ms; undefined: never. */
  readonly dueInMs: number | undefined;
};

export type Who = Pick<Identity, 'nickname' | 'avatarUrl'>;
