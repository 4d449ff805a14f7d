import type { ServerResponse } from 'node:http';
import { showPage } from './answer-browser.ts';
import { notSimulatedPage } from './pages.ts';
import { errorBody } from './sns-errors.ts';

/** WeChat's own paths beside those that are played, by what they begin with, from its documents of the server's side. */
const known = [
  '/sns/jscode2session',
  '/sns/component/',
  '/cgi-bin/account/',
  '/cgi-bin/batchget_material',
  '/cgi-bin/callback/',
  '/cgi-bin/clear_quota',
  '/cgi-bin/comment/',
  '/cgi-bin/component/',
  '/cgi-bin/customservice/',
  '/cgi-bin/draft/',
  '/cgi-bin/express/',
  '/cgi-bin/freepublish/',
  '/cgi-bin/get_api_domain_ip',
  '/cgi-bin/get_current_autoreply_info',
  '/cgi-bin/get_current_selfmenu_info',
  '/cgi-bin/getcallbackip',
  '/cgi-bin/groups/',
  '/cgi-bin/guide/',
  '/cgi-bin/material/',
  '/cgi-bin/media/',
  '/cgi-bin/menu/',
  '/cgi-bin/message/',
  '/cgi-bin/open/',
  '/cgi-bin/openapi/',
  '/cgi-bin/qrcode/',
  '/cgi-bin/shorten/',
  '/cgi-bin/shorturl',
  '/cgi-bin/showqrcode',
  '/cgi-bin/tags/',
  '/cgi-bin/template/',
  '/cgi-bin/ticket/',
  '/cgi-bin/user/',
  '/cgi-bin/wxopen/',
  '/bizwifi/',
  '/card/',
  '/customservice/',
  '/datacube/',
  '/merchant/',
  '/product/',
  '/scan/',
  '/semantic/',
  '/shakearound/',
  '/wxa/',
  '/wxaapi/',
  '/wxaapp/',
];
/** Pages of WeChat for browsers. */
const knownPages = ['/connect/', '/cgi-bin/componentloginpage', '/safe/', '/wxopen/'];
const isOf = (list: readonly string[], path: string) => list.some((begin) => path.startsWith(begin));

/**
 * Answers a path that nobody else answers: where WeChat has something there, that it is not simulated (status 501, errcode -501, which WeChat
 * has not); else as WeChat does.
 */
export function answerNotSimulated(response: ServerResponse, path: string, now: number): void {
  const named = `not simulated: WeChat has ${path}, this simulator does not play it`;
  if (isOf(knownPages, path)) showPage(response, notSimulatedPage(path), {}, 501);
  else if (isOf(known, path)) send(response, 501, errorBody(-501, now, { errmsg: named }));
  else if (/^\/(sns|cgi-bin)\//.test(path)) send(response, 200, errorBody(40066, now));
  else send(response, 404, 'Not found');
}

function send(response: ServerResponse, status: number, body: string): void {
  response
    .writeHead(status, { 'Content-Type': 'text/plain', 'Content-Length': Buffer.byteLength(body) })
    .end(body);
}
