import { z } from 'zod';
import { type AccountInput, type Accounts, appidSchema, scopes } from './accounts.ts';
import type { createBehaviour } from './behaviour.ts';
import type { CallFilter, CallLog } from './call-log.ts';
import type { Codes } from './codes.ts';
import type { Faults } from './faults.ts';
import { type People, personIdSchema } from './people.ts';

const grantSchema = z.strictObject({
  appid: appidSchema,
  person: personIdSchema,
  scope: z.enum(scopes).default('snsapi_userinfo'),
  state: z.string().max(128).default(''),
  snapshot: z.boolean().default(false),
});
const batchSchema = grantSchema.extend({ count: z.int().min(1).max(100_000) });
export type GrantInput = z.input<typeof grantSchema>;

/** The request named something that does not exist. */
export class UnknownName extends Error {
  override readonly name = 'UnknownName';
}

/**
 * The strings of the puppet: everything the control API does over HTTP, as functions. Each checks its input and throws
 * zod's error, or `UnknownName`. Changes hold from the next request on.
 */
export function createControl(deps: {
  behaviour: ReturnType<typeof createBehaviour>;
  accounts: Accounts;
  people: People;
  codes: Codes;
  faults: Faults;
  log: CallLog;
}) {
  const { behaviour, accounts, people, codes, faults, log } = deps;

  function mint({ appid, person, snapshot, ...rest }: z.output<typeof grantSchema>) {
    if (!accounts.find(appid))
      throw new UnknownName(`No account ${appid}: PUT /_simulator/accounts/${appid} first.`);
    const openidOf = (code: string) =>
      snapshot ? people.virtualOpenidOf(appid, code) : people.openidOf(appid, person);
    const { code, openid } = codes.mint({ appid, person, snapshot, ...rest, openidOf });
    return { code, openid, person };
  }

  return {
    putAccount: (appid: string, input: AccountInput) => withoutSecret(accounts.put(appid, input)),
    accounts: () => accounts.list().map(withoutSecret),
    removeAccount: (appid: string): boolean => accounts.remove(appid),
    putPerson: people.put,
    /** A person with the openid and unionid that an account would see. */
    person(id: string, appid?: string) {
      const person = people.find(personIdSchema.parse(id));
      return appid === undefined ? person : { ...person, openid: people.openidOf(appid, id) };
    },
    addFault: faults.add,
    faults: faults.list,
    removeFault: faults.remove,
    clearFaults: faults.clear,
    behaviour: () => ({ ...behaviour.current }),
    setBehaviour: (changes: Parameters<typeof behaviour.change>[0]) => ({ ...behaviour.change(changes) }),
    resetBehaviour: () => ({ ...behaviour.reset() }),
    /** A code without the browser's part, as if this person had just said yes. */
    mintCode: (input: GrantInput) => mint(grantSchema.parse(input)),
    /** `count` codes of as many persons, `{person}-0` onwards. */
    mintCodes(input: GrantInput & { count: number }) {
      const { count, person, ...rest } = batchSchema.parse(input);
      return Array.from({ length: count }, (_, index) => mint({ ...rest, person: `${person}-${index}` }));
    },
    code(code: string) {
      const found = codes.describe(code);
      if (!found) throw new UnknownName('No such code, or long forgotten.');
      return found;
    },
    calls: (filter?: CallFilter) => log.read(filter),
    clearCalls: log.clear,
  };
}

function withoutSecret<Whole extends { secret: string }>({ secret: _, ...rest }: Whole) {
  return rest;
}

export type Control = ReturnType<typeof createControl>;
