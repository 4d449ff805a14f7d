/** Runs an upsert again when it collided with another of the same key: then the document is there (SERVER-14322). */
export async function upsertTwice<T>(upsert: () => Promise<T>): Promise<T> {
  try {
    return await upsert();
  } catch (error) {
    if ((error as { code?: unknown }).code !== 11_000) throw error;
    return await upsert();
  }
}
