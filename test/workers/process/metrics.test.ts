import test from 'ava';
import { createWorkerMetrics } from '#workers/process/metrics.ts';

test('errcodes that WeChat never documented are counted as other', async (t) => {
  const { apiCall, registry } = createWorkerMetrics();
  apiCall('token', 'ok');
  apiCall('token', 40_163);
  apiCall('token', -1);
  apiCall('userinfo', 'timeout');
  for (let errcode = 90_000; errcode < 90_300; errcode += 1) apiCall('token', errcode);
  const text = await registry.metrics();
  t.regex(text, /^wechat_api_calls_total\{endpoint="token",errcode="ok"\} 1$/m);
  t.regex(text, /^wechat_api_calls_total\{endpoint="token",errcode="40163"\} 1$/m);
  t.regex(text, /^wechat_api_calls_total\{endpoint="token",errcode="-1"\} 1$/m);
  t.regex(text, /^wechat_api_calls_total\{endpoint="userinfo",errcode="timeout"\} 1$/m);
  t.regex(text, /^wechat_api_calls_total\{endpoint="token",errcode="other"\} 300$/m);
});

test('logins are counted for 200 enterprises by name, the rest together', async (t) => {
  const { login, registry } = createWorkerMetrics();
  for (let n = 0; n < 250; n += 1) login('failed', 'expired', `ent${n}`);
  login('ready', undefined, 'ent0');
  login('ready', undefined, 'ent249');
  const text = await registry.metrics();
  t.is(new Set(Array.from(text.matchAll(/ent_id="(\w+)"/g), ([, id]) => id)).size, 201);
  t.regex(text, /^wechat_logins_total\{outcome="failed",reason="expired",ent_id="other"\} 50$/m);
  t.regex(text, /^wechat_logins_total\{outcome="ready",reason="",ent_id="ent0"\} 1$/m);
  t.regex(text, /^wechat_logins_total\{outcome="ready",reason="",ent_id="other"\} 1$/m);
});

test('what may happen is 0 before it happens, so that the first time is an increase', async (t) => {
  const { login, registry } = createWorkerMetrics();
  const before = await registry.metrics();
  for (const errcode of ['40125', '-1', 'timeout', 'other']) {
    t.true(before.includes(`wechat_api_calls_total{endpoint="token",errcode="${errcode}"} 0\n`), errcode);
  }
  t.regex(before, /^wechat_jobs_given_up_total 0$/m);
  t.regex(before, /^wechat_build_info\{version="\d+\.\d+\.\d+",node="\d+\.\d+\.\d+",role="workers"\} 1$/m);
  // An enterprise that is met: its other ends, too.
  login('ready', undefined, 'acme');
  const after = await registry.metrics();
  t.true(after.includes('wechat_logins_total{outcome="failed",reason="internal",ent_id="acme"} 0\n'));
  t.true(after.includes('wechat_logins_total{outcome="ready",reason="",ent_id="acme"} 1\n'));
});

test('durations fall into the buckets of their step and outcome; an unknown step into none', async (t) => {
  const { loginSeconds, stepSeconds, registry } = createWorkerMetrics();
  loginSeconds('ready', 0.4);
  stepSeconds('token', 0.15);
  stepSeconds('total', 1);
  const text = await registry.metrics();
  t.regex(text, /^wechat_login_duration_seconds_bucket\{le="0.5",outcome="ready"\} 1$/m);
  t.regex(text, /^wechat_login_step_seconds_bucket\{le="0.1",step="token"\} 0$/m);
  t.regex(text, /^wechat_login_step_seconds_bucket\{le="0.25",step="token"\} 1$/m);
  t.notRegex(text, /step="total"/);
});
