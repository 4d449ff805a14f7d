import type { Context } from 'koa';
import { LRUCache } from 'lru-cache';
import { Problem } from '#ingress/http/problem.ts';
import type { Directory } from '#models/documents/directory.ts';
import { bytesOf, type LogoModel, logoIdOf } from '#models/documents/logo.ts';

/** Of 256 KB each at most. */
const mostKept = 64;

type Kept = { readonly type: string; readonly bytes: Buffer };

/**
 * GET /logos/{ent_id}/{digest}: an enterprise's logo, for good, since another has another address. Only what the enterprise has now is
 * looked up, so that made-up addresses cost nothing.
 */
export function createShowLogo({
  directory,
  logos,
}: {
  directory: Pick<Directory, 'findEnterprise'>;
  logos: LogoModel;
}) {
  const kept = new LRUCache<string, Kept>({ max: mostKept });

  async function find(entId: string, digest: string): Promise<Kept | undefined> {
    const known = kept.get(digest);
    if (known !== undefined) return known;
    const enterprise = await directory.findEnterprise(entId);
    if (enterprise?.logoDigest !== digest) return undefined;
    const found = await logos
      .findOne({ _id: logoIdOf(entId, digest) })
      .maxTimeMS(2_000)
      .lean();
    if (found === null) return undefined;
    const logo = { type: found.type, bytes: bytesOf(found) };
    kept.set(digest, logo);
    return logo;
  }

  return async function showLogo(ctx: Context, entId: string, digest: string): Promise<void> {
    const isAddress = /^[\w-]{1,64}$/.test(entId) && /^[0-9a-f]{32}$/.test(digest);
    const logo = isAddress ? await find(entId, digest) : undefined;
    if (logo === undefined) throw new Problem(404, 'not_found', 'There is no such logo.');
    ctx.type = logo.type;
    ctx.set('Cache-Control', 'public, max-age=31536000, immutable');
    ctx.body = logo.bytes;
  };
}
