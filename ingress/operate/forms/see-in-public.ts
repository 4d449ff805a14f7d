/** What the public was shown: an answer, or why there was none. */
export type PublicSight =
  | { readonly isEqual: boolean; readonly status: number; readonly length: number }
  | { readonly isEqual: false; readonly why: string };

const answersWithinMs = 2_500;
const mostRead = 4_096;

/**
 * Fetches a domain-verification file as WeChat would: by PUBLIC_URL, through whatever stands before us. No redirect is
 * followed, since WeChat's check follows none, and no other address is ever asked. Never rejects.
 */
export async function seeInPublic(wanted: {
  publicUrl: string;
  name: string;
  expected: string;
}): Promise<PublicSight> {
  const { publicUrl, name, expected } = wanted;
  try {
    const answer = await fetch(`${publicUrl}/${name}`, {
      redirect: 'manual',
      signal: AbortSignal.timeout(answersWithinMs),
    });
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of answer.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > mostRead) break;
    }
    return {
      isEqual: answer.status === 200 && text.trim() === expected.trim(),
      status: answer.status,
      length: text.length,
    };
  } catch (error) {
    const { cause, name: kind } = error as Error & { cause?: { code?: string } };
    return { isEqual: false, why: cause?.code ?? kind };
  }
}
