/** A store that cannot be reached at start; the message names it without its credentials. */
export class StoreUnreachable extends Error {
  override readonly name = 'StoreUnreachable';
}
