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

/** For an option's value: some of the names there are, separated by commas. */
export function namesAmong(known: readonly string[]): (value: string) => readonly string[] {
  return (value) => {
    const names = value.split(',');
    const unknown = names.filter((name) => !known.includes(name));
    if (unknown.length === 0) return names;
    throw new InvalidArgumentError(`No such rows: ${unknown.join(', ')}. There are ${known.join(', ')}.`);
  };
}
