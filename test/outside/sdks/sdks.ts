import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import packageJson from '#package.json' with { type: 'json' };

export const sdkFile = (name: string) => path.join(import.meta.dirname, name);
type Command = readonly [string, ...string[]];

/**
 * A WeChat SDK, and a program of a few lines that logs in with it. The program is given the simulator's address, appid, secret
 * and redirect_uri; it prints the address to authorise at, reads the code, and prints what came of it.
 */
export type Sdk = {
  /** As its registry has it. */
  readonly name: string;
  readonly language: string;
  readonly version: string;
  /** The program, and the file that names the version. */
  readonly files: { readonly program: string; readonly pinned?: string };
  /** How it comes to the simulator, and how it tells an errcode: cells of simulator/sdks.md. */
  readonly way: string;
  readonly tells: string;
  /** What must be on PATH. */
  readonly programs: readonly string[];
  /** Brings it from its registry into an empty folder. */
  readonly fetch: (folder: string) => Promise<unknown>;
  /** Builds the program where it must be built. */
  readonly command: (folder: string) => Promise<Command>;
};

/** How long a registry may take, in milliseconds. */
const timeout = 300_000;
const subclass = 'a subclass that rewrites addresses';

export const coWechatOauth: Sdk = {
  name: 'co-wechat-oauth',
  language: 'JavaScript',
  version: packageJson.devDependencies['co-wechat-oauth'],
  files: { program: 'co-wechat-oauth.mjs' },
  way: subclass,
  tells: '`error.code`',
  programs: [],
  fetch: async () => {},
  command: async () => [process.execPath, sdkFile('co-wechat-oauth.mjs')],
};

const wechatOauth: Sdk = {
  name: 'wechat-oauth',
  language: 'JavaScript',
  version: '1.5.0',
  files: { program: 'wechat-oauth.mjs' },
  way: subclass,
  tells: '`error.code`',
  programs: ['npm'],
  fetch: (folder) =>
    execa('npm', ['install', '--no-save', '--prefix', folder, `wechat-oauth@${wechatOauth.version}`], {
      timeout,
    }),
  async command(folder) {
    // Packages are looked for beside the file.
    const file = path.join(folder, 'wechat-oauth.mjs');
    await copyFile(sdkFile('wechat-oauth.mjs'), file);
    return [process.execPath, file];
  },
};

const silenceper: Sdk = {
  name: 'silenceper/wechat',
  language: 'Go',
  version: '2.1.10',
  files: { program: 'silenceper-wechat/main.go', pinned: 'silenceper-wechat/go.mod' },
  way: '`util.SetURIModifier`',
  tells: '`ErrCode` of the answer; the error is a text',
  programs: ['go'],
  fetch: () => execa('go', ['mod', 'download'], { cwd: sdkFile('silenceper-wechat'), timeout }),
  async command(folder) {
    const built = path.join(folder, 'login');
    await execa('go', ['build', '-o', built, '.'], { cwd: sdkFile('silenceper-wechat') });
    return [built];
  },
};

const wechatpy: Sdk = {
  name: 'wechatpy',
  language: 'Python',
  version: '1.8.18',
  files: { program: 'wechatpy-login.py' },
  way: 'attributes of the class',
  tells: '`WeChatOAuthException.errcode`',
  programs: ['python3'],
  async fetch(folder) {
    await execa('python3', ['-m', 'venv', folder]);
    // It will not be imported without a library for ciphers.
    const wanted = `wechatpy[cryptography]==${wechatpy.version}`;
    await execa(path.join(folder, 'bin/pip'), ['install', '--quiet', wanted], { timeout });
  },
  command: async (folder) => [path.join(folder, 'bin/python'), sdkFile('wechatpy-login.py')],
};

const wxJava: Sdk = {
  name: 'WxJava (weixin-java-mp)',
  language: 'Java',
  version: '4.7.0',
  files: { program: 'wxjava/Login.java', pinned: 'wxjava/pom.xml' },
  way: '`setHostConfig`',
  tells: '`WxErrorException.getError()`',
  programs: ['java', 'mvn'],
  fetch: (folder) =>
    execa('mvn', ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`], {
      cwd: sdkFile('wxjava'),
      timeout,
    }),
  command: async (folder) => ['java', '-cp', path.join(folder, '*'), sdkFile('wxjava/Login.java')],
};

export const sdks: readonly Sdk[] = [coWechatOauth, wechatOauth, silenceper, wechatpy, wxJava];
