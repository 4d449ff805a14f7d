import { hash } from 'node:crypto';
import { z } from 'zod';
import { createRecentMap } from './recent-map.ts';

export const personIdSchema = z.string().min(1).max(64);

export const personSchema = z.strictObject({
  nickname: z.string().max(256),
  /** Empty when the person has no avatar. */
  headimgurl: z.string().max(2048),
  sex: z.literal([0, 1, 2]),
  province: z.string().max(64),
  city: z.string().max(64),
  country: z.string().max(64),
  language: z.string().max(16),
  privilege: z.array(z.string().max(64)),
});

export const personChangesSchema = personSchema.partial();
export type Person = z.output<typeof personSchema> & { id: string };
export type PersonChanges = z.input<typeof personChangesSchema>;

/** Code points that careless programs cannot show or store: private use, right-to-left, markup, a control, half a character. */
export const oddNickname = '\u{e13c}\u202e<b>O\u0007\'"&/\u200d\ud83d';

/** The five on the consent page; between them the nicknames that break careless programs. */
const presets: Record<string, PersonChanges> = {
  xiaoming: { nickname: '小明 🌸' },
  lilei: { nickname: 'Li Lei' },
  hanmeimei: { nickname: '韩梅梅👩🏽‍💻' },
  anonymous: { nickname: '微信用户', headimgurl: '' },
  odd: { nickname: oddNickname },
};
export const presetIds = Object.keys(presets);

const surnames = ['王', '李', '张', '刘', '陈', '杨', '赵', '黄', '周', '吴'];
const ornaments = ['', '', '', '🐼', '🌙', '👨‍👩‍👧', '🇨🇳', '❤️'];

const derive = (length: number, ...parts: string[]) =>
  `o${hash('sha256', parts.join('\n'), 'base64url').slice(0, length)}`;

/**
 * The simulated persons. Everything about one is derived from its id, so any id is somebody and two runs agree;
 * `put` overrides.
 */
export function createPeople(options: { avatarOrigin: () => string }) {
  const changed = new Map<string, PersonChanges>(Object.entries(presets));
  const known = createRecentMap<Person>(50_000);

  function imagine(id: string): Person {
    const digest = hash('sha256', `person\n${id}`, 'hex');
    const dice = Number.parseInt(digest.slice(0, 8), 16);
    const avatar = `${options.avatarOrigin()}/mmopen/vi_32/${digest.slice(8, 48)}/132`;
    return {
      id,
      nickname: `${surnames[dice % 10]}${id}${ornaments[(dice >>> 8) % 8]}`,
      headimgurl: (dice >>> 16) % 8 === 0 ? '' : avatar,
      // Since 2021-10-20 WeChat returns neither sex nor region.
      sex: 0,
      province: '',
      city: '',
      country: '',
      language: 'zh_CN',
      privilege: [],
      ...changed.get(id),
    } as Person;
  }

  return {
    find(id: string): Person {
      const person = known.get(id) ?? imagine(id);
      known.set(id, person);
      return person;
    },
    put(id: string, changes: PersonChanges): Person {
      const given = Object.entries(personChangesSchema.parse(changes)).filter(
        ([, value]) => value !== undefined,
      );
      changed.set(personIdSchema.parse(id), { ...changed.get(id), ...Object.fromEntries(given) });
      const person = imagine(id);
      known.set(id, person);
      return person;
    },
    /** Stable for person × appid; 28 characters, the first five after `o` the account's own, as WeChat's look. */
    openidOf: (appid: string, id: string): string => derive(5, appid) + derive(22, appid, id).slice(1),
    /** What a snapshot visitor has: looks like an openid, belongs to nobody, differs at each visit. */
    virtualOpenidOf: (appid: string, visit: string): string =>
      derive(5, appid) + derive(22, 'snapshot', visit).slice(1),
    unionidOf: (platform: string, id: string): string => derive(27, 'unionid', platform, id),
  };
}

export type People = ReturnType<typeof createPeople>;
