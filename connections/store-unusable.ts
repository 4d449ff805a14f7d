/** A store that answers and refuses what the service needs, for a reason that no waiting mends; the message names both. */
export class StoreUnusable extends Error {
  override readonly name = 'StoreUnusable';
}
