import type { BindingModel, PersonKey } from '#models/documents/binding.ts';

const longestMs = 700;

/** Whether this person of WeChat is still this user of the enterprise. Throws what MongoDB throws. */
export function createIsBound(bindings: BindingModel) {
  return async ({
    entId,
    appid,
    openid,
    userId,
  }: PersonKey & { readonly userId: string }): Promise<boolean> => {
    const binding = await bindings
      .findOne({ entId, appid, openid }, { userId: 1 })
      .maxTimeMS(longestMs)
      .lean();
    return binding?.userId === userId;
  };
}
