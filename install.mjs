// Brings node_modules in line with package-lock.json before anything else runs: plain JavaScript without a dependency, for the
// Node that the machine has (18 or later). Does nothing when both agree, says what it does when not, and never changes the lock.
// With --node it only sees to it that Node 24 is found, for what runs without the packages of development.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { whyNpmFailed, wordsFor } from './install-words.mjs';

/** Of node_modules on disk, in MB; a test holds it against what is there. */
const installedMegabytes = 450;
const reportEachMs = 2_000;
/** For an npm that was told to stop. */
const patienceMs = 1_000;
/** npm tries three times; its own pauses of 10 s and 60 s are long for somebody who watches. */
const pauses = { npm_config_fetch_retry_mintimeout: '1000', npm_config_fetch_retry_maxtimeout: '10000' };

const words = wordsFor(process.env);
const isWindows = process.platform === 'win32';
const root = path.dirname(fileURLToPath(import.meta.url));
const modules = path.join(root, 'node_modules');
/** npm writes it last of all: an installation that was broken off has none. */
const listOfInstalled = path.join(modules, '.package-lock.json');
const ownNode = path.join(modules, '.bin', isWindows ? 'node.cmd' : 'node');

if (process.argv.includes('--node')) {
  if (!hasNode() && !runsOnNode24()) fail(words.needsInstall);
} else await bringInLine();

async function bringInLine() {
  const wanted = packagesIn(path.join(root, 'package-lock.json'));
  if (wanted === undefined) fail(words.brokenLock);
  const reason = whyNotInstalled(wanted);
  if (reason !== undefined) await install(wanted, reason);
}

/** Name and version of every package of a lock; undefined when there is none that can be read. */
function packagesIn(file) {
  try {
    const { packages } = JSON.parse(readFileSync(file, 'utf8'));
    return Object.entries(packages).filter(([place]) => place !== '');
  } catch {
    return undefined;
  }
}

/** Undefined when everything that this system needs is there, in the version of the lock. */
function whyNotInstalled(wanted) {
  const installed = packagesIn(listOfInstalled);
  if (installed === undefined) return words.notInstalled;
  const versions = new Map(installed.map(([place, { version }]) => [place, version]));
  const changed = wanted.filter(([place, { version, optional, peer }]) =>
    versions.has(place) ? versions.get(place) !== version : !optional && !peer,
  );
  if (changed.length > 0) return words.differ(changed.length);
  return hasNode() ? undefined : words.noNode;
}

/**
 * Whether scripts find Node 24. npm 10 takes the link to it away together with those of the systems that this one is not, whose
 * packages have a command of the same name: then it is made anew.
 */
function hasNode() {
  const { platform, arch } = process;
  const binary = path.join('..', `node-${platform}-${arch}`, 'bin', 'node');
  if (existsSync(ownNode)) return true;
  if (isWindows || !existsSync(path.join(modules, '.bin', binary))) return false;
  // What leads nowhere does not "exist", yet is in the way.
  rmSync(ownNode, { force: true });
  mkdirSync(path.dirname(ownNode), { recursive: true });
  symlinkSync(binary, ownNode);
  return true;
}

function runsOnNode24() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 12);
}

async function install(wanted, why) {
  say(`${why} ${words.installing(wanted.length, installedMegabytes)}`);
  // A removal that is broken off must not leave the list of what was there.
  rmSync(listOfInstalled, { force: true });
  const begun = Date.now();
  const seconds = () => Math.round((Date.now() - begun) / 1_000);
  const progress = watchProgress(wanted);
  const timer = setInterval(() => say(words.progress(seconds(), progress())), reportEachMs);
  const { code, said } = await npm('ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error');
  if (code === 0 && !hasNode()) await npmNode(wanted);
  clearInterval(timer);
  if (code !== 0) fail(whyNpmFailed(words, said, code));
  const missing = whyNotInstalled(wanted);
  if (missing !== undefined) fail(words.notWell(missing));
  say(words.installed(seconds()));
}

/** For systems whose Node is not in the lock: the package `node` fetches it, by its version alone. */
async function npmNode(wanted) {
  const known = wanted.find(([place]) => place.startsWith('node_modules/node-linux-'));
  if (known === undefined) return;
  say(words.fetchingNode(known[1].version, `${process.platform} ${process.arch}`));
  await npm('install', '--no-save', '--loglevel=error', `node@${known[1].version}`);
}

/** Exit code and words of the npm that runs this script, or of the one on PATH. Its words are shown as they come. */
async function npm(...args) {
  const ours = process.env.npm_execpath;
  const options = { cwd: root, stdio: ['ignore', 'inherit', 'pipe'], env: { ...pauses, ...process.env } };
  const child = ours?.endsWith('.js')
    ? spawn(process.execPath, [ours, ...args], options)
    : spawn('npm', args, { ...options, shell: isWindows });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    said += text;
    process.stderr.write(text);
  });
  let signalled = false;
  // npm tidies up, but may wait for a registry for minutes before it does. What it leaves is taken away by the next npm ci.
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      signalled = true;
      child.kill(signal);
      setTimeout(() => child.kill('SIGKILL'), patienceMs);
    });
  }
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      say(words.noNpm(error.message));
      resolve(1);
    });
    child.once('close', (exitCode) => resolve(exitCode ?? 1));
  });
  if (signalled) fail(words.stopped, 130);
  return { code, said };
}

/** What a person wants to know while npm says nothing. Counts beside the clock: a disk that is busy must not make the clock silent. */
function watchProgress(wanted) {
  const needed = wanted.filter(([, { optional, peer }]) => !optional && !peer);
  let unpacked = 0;
  let isCounting = false;
  async function count() {
    const looks = needed.map(([place]) => access(path.join(root, place, 'package.json')));
    const found = await Promise.allSettled(looks);
    unpacked = found.filter(({ status }) => status === 'fulfilled').length;
    isCounting = false;
  }
  return () => {
    if (!isCounting) {
      isCounting = true;
      void count();
    }
    if (unpacked === 0) return words.fetching;
    return unpacked === needed.length ? words.finishing : words.unpacked(unpacked, needed.length);
  };
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

function fail(line, code = 1) {
  say(line);
  process.exit(code);
}
