let address = 0;

/** A browser of its own address at the operator's door; it says where its forms come from, as browsers do. */
export function operatorBrowser(origin: string, { lang = 'en' }: { lang?: string } = {}) {
  const from = `198.51.100.${++address}`;
  const cookies = new Map<string, string>();
  async function visit(path: string, form?: Record<string, string>, more: Record<string, string> = {}) {
    const answer = await fetch(origin + path, {
      method: form === undefined ? 'GET' : 'POST',
      redirect: 'manual',
      body: form === undefined ? null : new URLSearchParams(form),
      headers: {
        accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
        'accept-language': lang,
        'x-forwarded-for': from,
        ...(cookies.size > 0 && { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') }),
        ...(form !== undefined && { origin, 'sec-fetch-site': 'same-origin' }),
        ...more,
      },
    });
    const sets = answer.headers.getSetCookie();
    for (const set of sets) {
      const [pair = ''] = set.split(';', 1);
      const name = pair.slice(0, pair.indexOf('='));
      if (/max-age=0/i.test(set)) cookies.delete(name);
      else cookies.set(name, pair.slice(name.length + 1));
    }
    const { status, headers } = answer;
    return { status, text: await answer.text(), headers, set: sets[0] ?? null };
  }
  return { visit, signIn: (token: string) => visit('/operate/session', { token }) };
}
