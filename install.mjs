// Brings node_modules in line with package-lock.json before anything else runs: plain JavaScript without a dependency, for the
// Node that the machine has (18 or later). Does nothing when both agree, says what it does when not, and never changes the lock.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Of node_modules on disk, in MB; a test holds it against what is there. */
const installedMegabytes = 450;
const reportEachMs = 2_000;

const root = path.dirname(fileURLToPath(import.meta.url));
const modules = path.join(root, 'node_modules');

const wanted = packagesIn(path.join(root, 'package-lock.json'));
if (wanted === undefined) fail('package-lock.json is missing or broken: check the sources out again.');
const reason = whyNotInstalled();
if (reason !== undefined) await install(reason);

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
function whyNotInstalled() {
  // npm writes it last of all: an installation that was broken off has none.
  const installed = packagesIn(path.join(modules, '.package-lock.json'));
  if (installed === undefined) return 'Not installed yet.';
  const versions = new Map(installed.map(([place, { version }]) => [place, version]));
  const changed = wanted.filter(([place, { version, optional, peer }]) =>
    versions.has(place) ? versions.get(place) !== version : !optional && !peer,
  );
  if (changed.length > 0) return `${changed.length} packages differ from package-lock.json.`;
  return hasNode() ? undefined : 'Node 24 is missing.';
}

function hasNode() {
  return existsSync(path.join(modules, '.bin', process.platform === 'win32' ? 'node.cmd' : 'node'));
}

async function install(why) {
  say(`${why} Installing ${wanted.length} packages, some ${installedMegabytes} MB, with npm ci:`);
  const begun = Date.now();
  const seconds = () => Math.round((Date.now() - begun) / 1_000);
  const timer = setInterval(() => say(`  ${seconds()} s: ${tellProgress()}`), reportEachMs);
  const code = await npm('ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error');
  if (code === 0 && !hasNode()) await npmNode();
  clearInterval(timer);
  if (code !== 0) {
    fail(
      `npm ci ended with ${code} after ${seconds()} s; its words are above. Is the package registry in reach?`,
    );
  }
  const missing = whyNotInstalled();
  if (missing !== undefined) fail(`npm ci said that all is well, but: ${missing}`);
  say(`Installed in ${seconds()} s.`);
}

/** For systems whose Node is not in the lock: the package `node` fetches it, by its version alone. */
async function npmNode() {
  const known = wanted.find(([place]) => place.startsWith('node_modules/node-linux-'));
  if (known === undefined) return;
  say(`The lock has no Node for ${process.platform} on ${process.arch}: fetching ${known[1].version}.`);
  await npm('install', '--no-save', '--loglevel=error', `node@${known[1].version}`);
}

/** The exit code of the npm that runs this script, or of the one on PATH. */
async function npm(...args) {
  const ours = process.env.npm_execpath;
  const options = { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] };
  const child = ours?.endsWith('.js')
    ? spawn(process.execPath, [ours, ...args], options)
    : spawn('npm', args, { ...options, shell: process.platform === 'win32' });
  let signalled = false;
  // The terminal sends it to npm too, which tidies up; then it is our turn.
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      signalled = true;
      child.kill(signal);
    });
  }
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      say(`npm cannot be started: ${error.message}`);
      resolve(1);
    });
    child.once('close', (exitCode) => resolve(exitCode ?? 1));
  });
  if (signalled) fail('Stopped before it was installed. The same command goes on from here.', 130);
  return code;
}

/** What a person wants to know while npm says nothing. */
function tellProgress() {
  const needed = wanted.filter(([, { optional, peer }]) => !optional && !peer);
  const unpacked = needed.filter(([place]) => existsSync(path.join(root, place, 'package.json')));
  return unpacked.length === 0 ? 'fetching' : `${unpacked.length} of ${needed.length} packages`;
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

function fail(line, code = 1) {
  say(line);
  process.exit(code);
}
