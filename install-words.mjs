// What install.mjs says, in the language of the terminal. Plain JavaScript, as that file is.

const english = {
  brokenLock: 'package-lock.json is missing or broken: check the sources out again.',
  notInstalled: 'Not installed yet.',
  differ: (count) => `${count} packages differ from package-lock.json.`,
  noNode: 'Node 24 is missing.',
  installing: (count, megabytes) =>
    `Installing ${count} packages, some ${megabytes} MB, with npm ci. The first time takes a minute or more:`,
  progress: (seconds, what) => `  ${seconds} s: ${what}`,
  fetching: 'fetching',
  unpacked: (count, all) => `${count} of ${all} packages`,
  finishing: 'all packages are there, npm finishes them',
  installed: (seconds) => `Installed in ${seconds} s.`,
  fetchingNode: (version, system) => `The lock has no Node for ${system}: fetching ${version}.`,
  noNpm: (why) => `npm cannot be started: ${why}`,
  stopped: 'Stopped before it was installed. The same command begins again.',
  notWell: (missing) => `npm ci said that all is well, but: ${missing}`,
  needsInstall: 'Node 24 is not here yet. First run: node install.mjs',
  failed: {
    registry: (code) =>
      `The package registry cannot be reached (${code}). Look at the network, a proxy, and "npm config get registry".`,
    refused: (code) =>
      `The package registry answers, but does not give a package (${code}). Look at "npm config get registry".`,
    forbidden: (code) =>
      `A folder cannot be written (${code}): npm names it above. It must belong to you, and be on a disk that can be written.`,
    full: () => 'The disk is full: make room, then run the same command again.',
    other: (code) => `npm ci ended with ${code}; its words are above.`,
  },
};

const chinese = {
  brokenLock: 'package-lock.json 不存在或已损坏：请重新检出源码。',
  notInstalled: '尚未安装。',
  differ: (count) => `有 ${count} 个软件包与 package-lock.json 不一致。`,
  noNode: '缺少 Node 24。',
  installing: (count, megabytes) =>
    `正在用 npm ci 安装 ${count} 个软件包，约占 ${megabytes} MB。第一次需要一分钟或更久：`,
  progress: (seconds, what) => `  ${seconds} 秒：${what}`,
  fetching: '正在下载',
  unpacked: (count, all) => `${count} / ${all} 个软件包`,
  finishing: '软件包已齐，npm 正在收尾',
  installed: (seconds) => `已安装，用时 ${seconds} 秒。`,
  fetchingNode: (version, system) => `package-lock.json 里没有 ${system} 的 Node：正在下载 ${version}。`,
  noNpm: (why) => `无法启动 npm：${why}`,
  stopped: '安装尚未完成就停止了。再次运行同一条命令会重新开始。',
  notWell: (missing) => `npm ci 报告一切正常，但是：${missing}`,
  needsInstall: '这里还没有 Node 24。请先运行：node install.mjs',
  failed: {
    registry: (code) => `连不上软件包仓库（${code}）。请检查网络、代理，以及 "npm config get registry"。`,
    refused: (code) => `软件包仓库有应答，但不提供某个软件包（${code}）。请检查 "npm config get registry"。`,
    forbidden: (code) =>
      `有文件夹无法写入（${code}）：npm 在上面写明了是哪个。它必须归您所有，并且所在的磁盘可写。`,
    full: () => '磁盘已满：请腾出空间，再运行同一条命令。',
    other: (code) => `npm ci 以 ${code} 结束，它的输出在上面。`,
  },
};

/** By the locale, as POSIX has it: the first of these that is set decides. */
export function wordsFor(env) {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  return /^zh([_.@-]|$)/i.test(locale) ? chinese : english;
}

const kinds = [
  [
    'registry',
    /^(ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT|FETCH_ERROR|CERT_|SELF_SIGNED|UNABLE_TO|DEPTH_ZERO)/,
  ],
  ['refused', /^(E4\d\d|E5\d\d|ETARGET|EINTEGRITY)$/],
  ['forbidden', /^(EACCES|EPERM|EROFS)$/],
  ['full', /^ENOSPC$/],
];

/** One sentence for how npm failed, by the code in its own words (`npm error code EACCES`; `npm ERR!` until npm 10.7). */
export function whyNpmFailed(words, npmSaid, exitCode) {
  const [, code] = /^npm (?:error|ERR!) code (\w+)$/m.exec(npmSaid) || [];
  const [kind] = (code && kinds.find(([, pattern]) => pattern.test(code))) || ['other'];
  return words.failed[kind](code || exitCode);
}
