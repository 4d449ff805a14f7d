import { readFileSync } from 'node:fs';

/** A container's orchestrator mounts secrets as files (Docker's and Kubernetes's secrets); more than this is none. */
const mostBytes = 65_536;

/**
 * Reads each of `names` from the file that `<name>_FILE` names, without the line's end. Answers what was read and what is wrong,
 * by the variable's name; neither a path nor a value is repeated.
 */
export function readSecretFiles(
  given: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
): { readonly read: Record<string, string>; readonly faults: string[] } {
  const read: Record<string, string> = {};
  const faults: string[] = [];
  for (const name of names) {
    const file = given[`${name}_FILE`];
    if (file === undefined) continue;
    if (given[name] !== undefined) {
      faults.push(`${name}_FILE: ${name} is set, too; only one may be`);
      continue;
    }
    try {
      const text = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
      if (text === '') faults.push(`${name}_FILE: the file is empty`);
      else if (text.length > mostBytes) faults.push(`${name}_FILE: the file is too long`);
      else read[name] = text;
    } catch (error) {
      faults.push(`${name}_FILE: the file cannot be read (${(error as NodeJS.ErrnoException).code})`);
    }
  }
  return { read, faults };
}
