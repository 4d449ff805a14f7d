import { Command, InvalidArgumentError } from 'commander';
import { allScenarios } from './scenarios/all-scenarios.ts';

const names = allScenarios.map(({ name }) => name);

function positive(value: string): number {
  const number = Number(value);
  if (number > 0) return number;
  throw new InvalidArgumentError('A number above 0 is needed.');
}

function oneMore(name: string, before: readonly string[] = []): readonly string[] {
  if (names.includes(name)) return [...before, name];
  throw new InvalidArgumentError(`There is no such scenario; there are ${names.join(', ')}.`);
}

/** The command line's; one that is unknown or says nothing sensible is answered with the list, exit code 2. */
export const options = new Command()
  .configureHelp({ styleUsage: () => 'npm run chaos -- [options]' })
  .helpOption('--help')
  .allowExcessArguments(false)
  .showHelpAfterError()
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .option('--scenario <NAME>', 'only this one; may be repeated (--list shows the names)', oneMore)
  .option('--short', 'the short form that runs with the tests', false)
  .option('--logins <N>', 'people in every scenario, instead of its own number', positive)
  .option('--scale <F>', "every scenario's own number times F", positive)
  .option('--seed <N>', 'of the order in which faults strike and of who does what', positive)
  .option('--product <FOLDER>', 'judge the service in this folder instead of this one')
  .option('--list', 'show the scenarios and end', false)
  .parse()
  .opts<{
    scenario?: readonly string[];
    short: boolean;
    logins?: number;
    scale?: number;
    seed?: number;
    product?: string;
    list: boolean;
  }>();
