import type { RouterContext } from '@koa/router';
import type { Logger } from 'pino';
import { z } from 'zod';
import { enterpriseOf } from '#ingress/host/authenticate-enterprise.ts';
import { bindingForm, isOfKnownAccount, noSuchAccount, toWish } from '#ingress/host/binding-form.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { openid } from '#ingress/http/person-ids.ts';
import { invalidRequest, Problem } from '#ingress/http/problem.ts';
import type { Directory } from '#models/documents/directory.ts';
import type { HostBindings } from '#models/login/host-bindings.ts';
import { within } from '#operations/deadline.ts';
import { requestIdOf } from '#operations/request-id.ts';

const deadlineMs = 4_000;
const path = z.object({ openid });

/** PUT /v1/bindings/{openid}: this person of WeChat is this user. 201 when that is new, 200 when it was so, 409 `conflict`. */
export function putBinding({
  hostBindings,
  directory,
  log,
}: {
  hostBindings: HostBindings;
  directory: Pick<Directory, 'findAccount'>;
  log: Logger;
}) {
  return async function putBinding(ctx: RouterContext): Promise<void> {
    const enterprise = enterpriseOf(ctx);
    const person = checkInput(path, ctx.params);
    const wish = toWish(enterprise, { ...checkInput(bindingForm, ctx.request.body), ...person });
    if (!(await isOfKnownAccount(directory, enterprise, wish)))
      throw invalidRequest(noSuchAccount, ['appid']);
    const [result] = await within(deadlineMs, hostBindings.put([wish]));
    if (result === 'conflict') {
      throw new Problem(
        409,
        'conflict',
        'This person of WeChat is bound to another user already; `replace` gives it to this one.',
      );
    }
    if (result === 'created') {
      log.info(
        { requestId: requestIdOf(ctx), ent_id: enterprise.entId, replace: wish.replace },
        'bound by the host',
      );
    }
    ctx.status = result === 'created' ? 201 : 200;
    ctx.body = {
      user_id: wish.userId,
      appid: wish.appid,
      openid: wish.openid,
      ...(wish.unionid !== undefined && { unionid: wish.unionid }),
      result,
    };
  };
}
