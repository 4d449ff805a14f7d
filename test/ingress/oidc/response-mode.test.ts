import test from 'ava';
import { unknownModes } from '#ingress/oidc/response-mode.ts';

test('a mode that would be answered by a form gets a name that nobody knows; all else stays as it came', (t) => {
  const asked = '/oidc/auth?client_id=a&state=b%20c';
  t.is(unknownModes(asked), asked);
  t.is(unknownModes(`${asked}&response_mode=query`), `${asked}&response_mode=query`);
  t.is(
    new URLSearchParams(unknownModes(`${asked}&response_mode=form_post`)).get('response_mode'),
    'unsupported',
  );
  // Repeated parameters are for the library to refuse.
  t.is(unknownModes(`${asked}&response_mode=a&response_mode=b`), `${asked}&response_mode=a&response_mode=b`);
});
