import type { z } from 'zod';
import type { accountForm } from '#ingress/operator/forms.ts';
import { tellPause } from '#ingress/operator/pause-form.ts';
import { pauseOf, type ServiceAccountDocument } from '#models/documents/service-account.ts';

export type AccountForm = z.output<typeof accountForm>;

export function fieldsOf({ name, source, verify_files: files }: AccountForm) {
  return {
    name,
    ...(source && { source }),
    verifyFiles: Object.entries(files).map(([file, content]) => ({ name: file, content })),
  };
}

type Shown = Pick<ServiceAccountDocument, 'appid' | 'name' | 'source' | 'verifyFiles'>;

/** An account as it is shown, without its secret. */
export function toAnswer({ appid, name, source, verifyFiles }: Shown) {
  const files = Object.fromEntries(verifyFiles.map((file) => [file.name, file.content]));
  return { appid, name, ...(source && { source }), verify_files: files };
}

export const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** And whether its operator has paused it, which no PUT changes. `now`: ms of Redis's clock. */
export function toShown(account: ServiceAccountDocument, now: number) {
  const pause = pauseOf(account, now);
  return { ...toAnswer(account), ...(pause && { paused: tellPause(pause) }) };
}
