/** The options behind the ? of a MongoDB address, their names in lower case: the driver takes them in any. */
export function optionsOf(url: string): Map<string, string> {
  const query = /\?(.*)$/s.exec(url)?.[1] ?? '';
  return new Map([...new URLSearchParams(query)].map(([name, value]) => [name.toLowerCase(), value]));
}

const unjournalled = 'a power cut would take bindings along that were confirmed';
/** Options that may have one value only, or a promise of the service would not hold. */
const promises = [
  { name: 'w', only: 'majority', else: 'a failover would take bindings along that were confirmed' },
  { name: 'journal', only: 'true', else: unjournalled },
  { name: 'j', only: 'true', else: unjournalled },
  { name: 'readPreference', only: 'primary', else: 'a secondary may not know yet who was bound or unbound' },
] as const;

/** What is wrong with an address whose options would break a promise; undefined when nothing is. Repeats no value. */
export function brokenPromiseOf(url: string): string | undefined {
  const options = optionsOf(url);
  const broken = promises.find(
    ({ name, only }) => (options.get(name.toLowerCase()) ?? only).toLowerCase() !== only,
  );
  return broken && `may not set ${broken.name} to anything but ${broken.only}: ${broken.else}`;
}

/** Without the credentials before the @ and the options behind the path. */
export function hostsOf(url: string): string {
  return url.replace(/^[a-z+]+:\/\/(.*@)?/, '').replace(/[/?].*$/, '');
}

/** False when the driver's own choice counts, which is the database `test`. */
export function namesDatabase(url: string): boolean {
  return /^[a-z+]+:\/\/[^/?]+\/[^?]/.test(url);
}

/** Options that are about the set, or about the user of the address. */
const notOfOne = ['replicaset', 'authsource', 'authmechanism', 'authmechanismproperties', 'loadbalanced'];

/** The address of one server, whatever it belongs to: without user and password, with the options that say how to connect. */
export function aloneOf(url: string, host: string): string {
  const options = new URLSearchParams([...optionsOf(url)].filter(([name]) => !notOfOne.includes(name)));
  options.set('directConnection', 'true');
  options.delete('directconnection');
  return `mongodb://${host}/?${options}`;
}
