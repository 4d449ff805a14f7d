import { readFileSync } from 'node:fs';

export type Argument = string | number;
export type Reply = string | number | null | Reply[];
export type LuaScript = {
  readonly text: string;
  /** In the order in which the script takes them. Throws TypeError for one that is missing, or that it does not know. */
  argumentsOf(given: Readonly<Record<string, Argument>>): Argument[];
  /** A list with the names that the script gives its values; any other reply as it is. */
  replyOf(reply: Reply): unknown;
};

/**
 * A Lua script whose arguments and replies have names on both sides. The names stand in the script alone: in its line
 * `local a, b = unpack(ARGV)`, and, should it answer with a list, in a comment `-- Replies: a, b`.
 */
export function readScript(file: URL): LuaScript {
  const text = readFileSync(file, 'utf8');
  const argumentNames = namesIn(/^ *local ([\w,\s]+?) = unpack\(ARGV\)/m.exec(text)?.[1]);
  const replyNames = namesIn(/^-- Replies: (.*(?:\n-- {2,}.*)*)/m.exec(text)?.[1]);
  const known = new Set(argumentNames);

  return {
    text,
    argumentsOf(given) {
      for (const name in given) if (!known.has(name)) throw new TypeError(`${file}: no argument ${name}`);
      return argumentNames.map((name) => {
        const value = given[name];
        if (value === undefined) throw new TypeError(`${file}: the argument ${name} is missing`);
        return value;
      });
    },
    replyOf(reply) {
      if (!Array.isArray(reply) || replyNames.length === 0) return reply;
      return Object.fromEntries(replyNames.map((name, index) => [name, reply[index]]));
    },
  };
}

const namesIn = (list = ''): string[] => list.match(/\w+/g) ?? [];
