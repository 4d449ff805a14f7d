import type { ServerResponse } from 'node:http';

/** WeChat's pages, error pages too, come with status 200. `headers` may replace what is usual. */
export function showPage(response: ServerResponse, html: string, headers: object = {}, status = 200): void {
  response
    .writeHead(status, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Length': Buffer.byteLength(html),
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
      ...headers,
    })
    .end(html);
}

export function redirectTo(response: ServerResponse, location: string, headers: object = {}): void {
  response
    .writeHead(302, { Location: location, 'Content-Length': 0, 'Cache-Control': 'no-store', ...headers })
    .end();
}
