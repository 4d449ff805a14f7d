/**
 * A client's request whose answer it wants otherwise than in the query (`form_post`, say) is refused by the library, but in that
 * very way: by a form that submits itself, which our pages' policy stops. Under another name it is told in the query.
 */
export function unknownModes(url: string): string {
  const [path = '', query = ''] = url.split('?', 2);
  const asked = new URLSearchParams(query);
  const modes = asked.getAll('response_mode');
  if (modes.length !== 1 || modes[0] === 'query') return url;
  asked.set('response_mode', 'unsupported');
  return `${path}?${asked}`;
}
