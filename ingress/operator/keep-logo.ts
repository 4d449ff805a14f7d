import { createHash } from 'node:crypto';
import mongoose from 'mongoose';
import type { Logger } from 'pino';
import { type FetchLogo, LogoFault } from '#ingress/operator/fetch-logo.ts';
import type { EnterpriseDocument, EnterpriseModel } from '#models/documents/enterprise.ts';
import { type LogoModel, logoIdOf } from '#models/documents/logo.ts';
import { within } from '#operations/deadline.ts';

/** Fetched and stored: well within what a request of an operator has, whose answer may hold a key that is told once. */
const deadlineMs = 2_500;
/** One that nobody points at may be pointed at by a change that is under way. */
const spareMs = 60_000;

export type KeepLogo = ReturnType<typeof createKeepLogo>;

/**
 * Fetches an enterprise's logo once: when its address is new, or the time before brought none. The enterprise is stored by then, and
 * stays so whatever becomes of its logo: pages show its first letter meanwhile.
 */
export function createKeepLogo(deps: {
  enterprises: EnterpriseModel;
  logos: LogoModel;
  fetchLogo: FetchLogo;
  log: Logger;
}) {
  const { enterprises, logos, fetchLogo, log } = deps;

  /** Only what was there when the address was cleared: another operator may have set one since. */
  async function drop(entId: string, digest: string): Promise<void> {
    const { matchedCount } = await enterprises
      .updateOne(
        { entId, logoUrl: null, logoDigest: digest },
        { $unset: { logoOf: 1, logoDigest: 1 } },
        { timestamps: false },
      )
      .maxTimeMS(2_000);
    if (matchedCount > 0) await logos.deleteMany({ entId, digest }).maxTimeMS(2_000);
  }

  /** First the picture, then the enterprise that points at it, and only as long as the address is still its own. */
  async function keep({ entId, logoUrl }: { entId: string; logoUrl: string }): Promise<void> {
    const { type, bytes } = await fetchLogo(logoUrl);
    const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
    const _id = logoIdOf(entId, digest);
    await logos.replaceOne({ _id }, { entId, digest, type, bytes }, { upsert: true }).maxTimeMS(2_000);
    // What operators see as its version is what they changed.
    const { matchedCount } = await enterprises
      .updateOne({ entId, logoUrl }, { $set: { logoDigest: digest, logoOf: logoUrl } }, { timestamps: false })
      .maxTimeMS(2_000);
    const others = {
      entId,
      _id: mongoose.trusted({ $ne: _id }),
      createdAt: mongoose.trusted({ $lt: new Date(Date.now() - spareMs) }),
    };
    await logos.deleteMany(matchedCount === 0 ? { _id } : others).maxTimeMS(2_000);
  }

  return {
    /** Answers why there is none, in words for the operator; never throws. */
    async refresh({ entId, logoUrl, logoOf, logoDigest }: EnterpriseDocument): Promise<string | undefined> {
      try {
        if (logoUrl && logoOf !== logoUrl) await within(deadlineMs, keep({ entId, logoUrl }));
        if (!logoUrl && logoDigest) await within(deadlineMs, drop(entId, logoDigest));
        return undefined;
      } catch (error) {
        if (error instanceof LogoFault) return `logo_url: ${error.message}`;
        log.warn({ err: error, entId }, 'logo not kept');
        return 'logo_url: could not be kept';
      }
    },

    /** With its enterprise. One that stays behind is shown nowhere. */
    async remove(entId: string): Promise<void> {
      await logos
        .deleteMany({ entId })
        .maxTimeMS(1_000)
        .catch(() => {});
    },
  };
}
