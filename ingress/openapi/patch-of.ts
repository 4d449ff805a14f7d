import { z } from 'zod';

/**
 * What a PUT of the operator's door may say: each member of the form alone, or `null`, which clears it. Which of them must be
 * there in the end, the form says to what is merged.
 */
export function patchOf(form: z.ZodObject): z.ZodObject {
  const members = Object.entries(form.shape).map(
    ([name, member]) => [name, bare(member as z.ZodType).nullish()] as const,
  );
  return z.strictObject(Object.fromEntries(members));
}

/** Without its default: an absent member stays as it was. */
function bare(member: z.ZodType): z.ZodType {
  const isWrapped = member instanceof z.ZodDefault || member instanceof z.ZodOptional;
  return isWrapped ? bare(member.unwrap() as z.ZodType) : member;
}
