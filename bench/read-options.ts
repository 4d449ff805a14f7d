import { Command, InvalidArgumentError } from 'commander';

/** A command line whose unknown options are answered with the list of those there are, exit code 2. */
export function optionsOf(name: string): Command {
  return new Command()
    .helpOption('--help')
    .allowExcessArguments(false)
    .showHelpAfterError()
    .configureHelp({ styleUsage: () => `npm run ${name} -- [options]` })
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
}

/** For an option's value: a number above 0. */
export function positive(value: string): number {
  const number = Number(value);
  if (number > 0) return number;
  throw new InvalidArgumentError('A number above 0 is needed.');
}

/** For an option's value: numbers above 0, separated by commas. */
export const positives = (value: string): number[] => value.split(',').map(positive);

/** For an option's value: names, separated by commas. */
export const names = (value: string): readonly string[] => value.split(',');

/** Ends with the list of those there are (`rows`, `subjects`) when one of those wanted is none. */
export function checkNames(
  command: Command,
  what: string,
  wanted: readonly string[],
  known: readonly string[],
): void {
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  command.error(`error: no such ${what}: ${unknown.join(', ')}. There are ${known.join(', ')}.`);
}
