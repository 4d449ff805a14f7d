/** The address of a store of this run, which `npm test` started before AVA. */
export function storeUrl(name: 'TEST_REDIS_URL' | 'TEST_MONGO_URL'): string {
  const url = process.env[name];
  if (!url) {
    throw new Error(`${name} is not set: run through npm test, which starts the stores.`);
  }

  return url;
}
