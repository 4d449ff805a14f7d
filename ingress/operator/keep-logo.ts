import { createHash } from 'node:crypto';
import { type FetchLogo, LogoFault } from '#ingress/operator/fetch-logo.ts';
import type { EnterpriseDocument, EnterpriseModel } from '#models/documents/enterprise.ts';
import type { LogoModel } from '#models/documents/logo.ts';

export type KeepLogo = ReturnType<typeof createKeepLogo>;

/**
 * Fetches an enterprise's logo once: when its address is new, or the time before brought none. The enterprise is stored by then, and
 * stays so whatever becomes of its logo: pages show its first letter meanwhile.
 */
export function createKeepLogo(deps: {
  enterprises: EnterpriseModel;
  logos: LogoModel;
  fetchLogo: FetchLogo;
}) {
  const { enterprises, logos, fetchLogo } = deps;

  async function drop(entId: string): Promise<void> {
    await enterprises
      .updateOne({ entId, logoUrl: null }, { $unset: { logoOf: 1, logoDigest: 1 } }, { timestamps: false })
      .maxTimeMS(2_000);
    await logos.deleteOne({ _id: entId }).maxTimeMS(2_000);
  }

  return {
    /** Answers why there is none, in words for the operator. Throws what MongoDB throws. */
    async refresh({ entId, logoUrl, logoOf }: EnterpriseDocument): Promise<string | undefined> {
      if (!logoUrl) {
        if (logoOf) await drop(entId);
        return undefined;
      }
      if (logoOf === logoUrl) return undefined;
      try {
        const { type, bytes } = await fetchLogo(logoUrl);
        const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
        await logos.replaceOne({ _id: entId }, { type, bytes, digest }, { upsert: true }).maxTimeMS(2_000);
        // Only while it is still the enterprise's address; and what operators see as its version is what they changed.
        const current = { logoDigest: digest, logoOf: logoUrl };
        await enterprises
          .updateOne({ entId, logoUrl }, { $set: current }, { timestamps: false })
          .maxTimeMS(2_000);
        return undefined;
      } catch (error) {
        if (error instanceof LogoFault) return `logo_url: ${error.message}`;
        throw error;
      }
    },

    async remove(entId: string): Promise<void> {
      await logos.deleteOne({ _id: entId }).maxTimeMS(2_000);
    },
  };
}
