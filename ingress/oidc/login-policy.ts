import { interactionPolicy } from 'oidc-provider';
import { isSubjectOf } from '#ingress/oidc/subject.ts';

const { Check, base } = interactionPolicy;

/**
 * When a person has to log in although the browser has a session: also for another enterprise than the session is of, and when
 * the session's login stands for nobody any more. Nobody is asked for consent.
 */
export function createLoginPolicy() {
  const policy = base();
  policy.remove('consent');
  policy.get('login')?.checks.add(
    new Check('other_enterprise', 'the session is one of another enterprise', 'login_required', (ctx) => {
      const { session, params } = ctx.oidc;
      return (
        Boolean(session?.accountId) && !isSubjectOf(session?.accountId ?? '', String(params?.['ent_id']))
      );
    }),
  );
  policy.get('login')?.checks.add(
    new Check('no_account', 'the session stands for nobody any more', 'login_required', (ctx) => {
      return Boolean(ctx.oidc.session?.accountId) && ctx.oidc.account === undefined;
    }),
  );
  return policy;
}
