import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';

/** Browsers and proxies wait for each answer before they ask again; who does not, keeps us busy with one connection. */
const mostUnderWay = 32;

export type ConnectionBounds = ReturnType<typeof boundConnection>;

/** Wraps a handler so that one connection cannot have any number of requests under way: it is cut off. */
export function boundConnection(handler: RequestListener, onCutOff: () => void) {
  const underWay = new WeakMap<Socket, number>();
  const isBusy = (socket: Socket) => (underWay.get(socket) ?? 0) > 0;

  const bounded: RequestListener = (request, response) => {
    const { socket } = request;
    const count = (underWay.get(socket) ?? 0) + 1;
    if (count > mostUnderWay) {
      // All that came with one reading of the socket still comes here.
      if (!socket.destroyed) onCutOff();
      socket.destroy();
      return;
    }
    underWay.set(socket, count);
    response.once('close', () => underWay.set(socket, (underWay.get(socket) ?? 1) - 1));
    handler(request, response);
  };

  return {
    handler: bounded,
    /** True while an answer is being written or waited for. */
    isBusy,
  };
}
