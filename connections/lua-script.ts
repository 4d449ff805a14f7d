import { readFileSync } from 'node:fs';
import type { RedisClient } from '#connections/redis-client.ts';

export type Argument = string | number;
export type Reply = string | number | null | Reply[];
export type LuaScript = {
  readonly text: string;
  readonly numberOfKeys: number;
  keysOf(given: Readonly<Record<string, string>>): Argument[];
  /** In the order in which the script takes them. Throws TypeError for one that is missing, or that it does not know. */
  argumentsOf(given: Readonly<Record<string, Argument>>): Argument[];
  /** A list with the names that the script gives its values; any other reply as it is. */
  replyOf(reply: Reply): unknown;
};

/**
 * A Lua script whose keys, arguments and replies have names on both sides. The names stand in the script alone: in its lines
 * `local a, b = unpack(KEYS)` and `local c, d = unpack(ARGV)`, and, should it answer with a list, in a comment
 * `-- Replies: e, f`.
 */
export function readScript(file: URL): LuaScript {
  const text = readFileSync(file, 'utf8');
  const keyNames = namesIn(/^ *local ([\w,\s]+?) = unpack\(KEYS\)/m.exec(text)?.[1]);
  const argumentNames = namesIn(/^ *local ([\w,\s]+?) = unpack\(ARGV\)/m.exec(text)?.[1]);
  const replyNames = namesIn(/^-- Replies: (.*(?:\n-- {2,}.*)*)/m.exec(text)?.[1]);
  return {
    text,
    numberOfKeys: keyNames.length,
    keysOf: (given) => inOrder(file, keyNames, given),
    argumentsOf: (given) => inOrder(file, argumentNames, given),
    replyOf(reply) {
      if (!Array.isArray(reply) || replyNames.length === 0) return reply;
      return Object.fromEntries(replyNames.map((name, index) => [name, reply[index]]));
    },
  };
}

type RunScript = (
  keys: Readonly<Record<string, string>>,
  given: Readonly<Record<string, Argument>>,
) => Promise<unknown>;

/** A script with named keys as a command of a client; `before` is what it begins with. */
export function defineScript(redis: RedisClient, command: string, script: LuaScript, before = ''): RunScript {
  const { numberOfKeys } = script;
  redis.defineCommand(command, { numberOfKeys, lua: before + script.text });
  const send = (Reflect.get(redis, command) as (...all: Argument[]) => Promise<Reply>).bind(redis);
  return async (keys, given) =>
    script.replyOf(await send(...script.keysOf(keys), ...script.argumentsOf(given)));
}

function inOrder(file: URL, names: readonly string[], given: Readonly<Record<string, Argument>>): Argument[] {
  const values = names.map((name) => {
    const value = given[name];
    if (value === undefined) throw new TypeError(`${file}: the argument ${name} is missing`);
    return value;
  });
  // None is missing, so more than there are names means one that the script does not know.
  const told = Object.keys(given);
  if (told.length === names.length) return values;
  throw new TypeError(`${file}: no argument ${told.find((name) => !names.includes(name))}`);
}

const namesIn = (list = ''): string[] => list.match(/\w+/g) ?? [];
