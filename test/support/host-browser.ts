export type HostBrowser = ReturnType<typeof createHostBrowser>;

/** What a browser does at a host: keeps its cookies, follows nothing by itself. A form is sent as a page's would be. */
export function createHostBrowser(hostUrl: string) {
  const cookies = new Map<string, string>();
  async function visit(address: string, form?: Record<string, string>) {
    const answer = await fetch(new URL(address, hostUrl), {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    return {
      status: answer.status,
      location: answer.headers.get('location') ?? '',
      text: await answer.text(),
    };
  }
  return { cookies, visit };
}
