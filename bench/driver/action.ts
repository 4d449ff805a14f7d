import { appid, hostUrl, secret } from '#bench/subjects/setting.ts';
import { createConnectionPool } from './connection.ts';
import { createLogIn, type LoginTimes, type Person } from './log-in.ts';
import { manyAtOnce } from './loops.ts';
import type { DriverTask } from './task.ts';

const preparers = 50;
/** Of what is no login. */
const alone = { isDirect: false, turnedAway: 0 };

/** One unit of the task's load. What has to be there before it can be measured is made here, first. */
export async function createAction(task: DriverTask): Promise<() => Promise<LoginTimes>> {
  const login = createLogIn({ ...task, startPaths: task.paths, hostUrl });
  const pool = createConnectionPool(task.origins);
  const wechat = createConnectionPool([task.simulator]);
  const crowd = `${Date.now().toString(36)}-`;
  let started = 0;

  function nextPerson(): Person {
    started += 1;
    const isNew = Math.floor(started * task.newShare) > Math.floor((started - 1) * task.newShare);
    // By a prime's steps, so that few of them also meet the whole of a large table.
    const name = isNew ? crowd + started : `known-${(started * 7_919) % task.knownPeople}`;
    return { name, isNew };
  }

  async function request(): Promise<LoginTimes> {
    const begun = performance.now();
    const { status, body } = await pool.get(task.paths[0] ?? '/', '');
    if (status >= 400) throw new Error(`answered ${status}: ${body}`);
    const done = performance.now();
    return { begun, calledBack: begun, callbackAnswered: done, done, ...alone };
  }

  async function mintCode(): Promise<string> {
    const query = new URLSearchParams({
      appid,
      redirect_uri: 'http://127.0.0.1/callback',
      response_type: 'code',
      scope: 'snsapi_userinfo',
      state: 's',
    });
    const header = `x-simulator-person: ${nextPerson().name}\r\nUser-Agent: MicroMessenger\r\n`;
    const { location } = await wechat.get(`/connect/oauth2/authorize?${query}`, header);
    return new URL(location).searchParams.get('code') ?? '';
  }

  async function call(code: string, begun = performance.now()): Promise<LoginTimes> {
    const calledBack = performance.now();
    const token = await wechat.get(
      `/sns/oauth2/access_token?${new URLSearchParams({ appid, secret, code, grant_type: 'authorization_code' })}`,
      '',
    );
    const callbackAnswered = performance.now();
    const { access_token = '', openid = '' } = JSON.parse(token.body) as Record<string, string>;
    if (openid === '') throw new Error(`no token: ${token.body}`);
    const query = new URLSearchParams({ access_token, openid, lang: 'zh_CN' });
    const profile = await wechat.get(`/sns/userinfo?${query}`, '');
    if (!profile.body.includes('"nickname"')) throw new Error(`no profile: ${profile.body}`);
    return { begun, calledBack, callbackAnswered, done: performance.now(), ...alone };
  }

  async function prepared<T>(make: () => Promise<T>): Promise<() => T> {
    const made = await manyAtOnce(task.most ?? 0, preparers, make);
    return () => {
      const next = made.shift();
      if (next === undefined) throw new Error('nothing is prepared any more');
      return next;
    };
  }

  switch (task.kind) {
    case 'logins':
      return () => login.whole(nextPerson());
    case 'requests':
      return request;
    case 'whole-calls':
      return async () => {
        const begun = performance.now();
        return call(await mintCode(), begun);
      };
    case 'calls': {
      const next = await prepared(mintCode);
      return () => call(next());
    }
    case 'callbacks': {
      const next = await prepared(() => login.authorize(nextPerson()));
      return async () => (await login.callBack(next())).times;
    }
  }
}
