import { execa } from 'execa';

/** Tells the person what is going on, one line at a time. */
export type Say = (line: string) => void;

/** One place to look for a program, or one way to get it. */
export type Step = {
  /** What it does, for the person who waits. Quick looks need none. */
  says?: string;
  /** Whether this way is open on this machine; it is when absent. */
  isOpen?: () => Promise<boolean>;
  /** Gives a candidate, which need not exist. */
  find: () => Promise<string>;
};

type FindOptions = {
  name: string;
  steps: Step[];
  /** Rejects when the candidate cannot be run here. */
  tryOut: (bin: string) => Promise<void>;
  /** What to do by hand when every step failed. */
  byHand: string;
  say: Say;
};

/**
 * Walks the steps in order and returns the first program that really runs here.
 *
 * @throws one error that lists what was tried and what to do by hand
 */
export async function findBinary({ name, steps, tryOut, byHand, say }: FindOptions): Promise<string> {
  const faults: string[] = [];
  for (const { says, isOpen, find } of steps) {
    if (isOpen && !(await isOpen())) {
      continue;
    }

    if (says) {
      say(`${name}: ${says}`);
    }

    try {
      const bin = await find();
      await tryOut(bin);
      return bin;
    } catch (error) {
      faults.push(`${says ? `${says}: ` : ''}${firstLine(error)}`);
    }
  }

  throw new Error(`No usable ${name}. ${byHand}\n${faults.map((fault) => `  - ${fault}`).join('\n')}`.trim());
}

/** Runs `bin --version` and checks that what it prints is new enough. */
export async function tryVersion(bin: string, pattern: RegExp, least: [major: number, minor: number]) {
  const { stdout } = await execa(bin, ['--version'], { timeout: 30_000, stdin: 'ignore' });
  const [, major, minor] = pattern.exec(stdout) ?? [];
  if (!major) {
    throw new Error(`${bin} --version names no version`);
  }

  if (Number(major) < least[0] || (Number(major) === least[0] && Number(minor) < least[1])) {
    throw new Error(`${bin}: version ${major}.${minor} is older than ${least.join('.')}`);
  }
}

function firstLine(error: unknown) {
  const { message, shortMessage = message } = error as Error & { shortMessage?: string };
  return shortMessage.split('\n')[0];
}
