const loopback = /^(localhost|.+\.localhost|127(\.\d+){3}|::1|\[::1\])$/;

/** True for a host's name or address that only this very machine reaches. */
export function isLoopback(host: string): boolean {
  return loopback.test(host);
}
