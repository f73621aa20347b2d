// Builds the addon with node-gyp into build/Release/layerwise.node. Used by set-up, by the prebuild and, inside an
// installed package, by `npx layerwise build`; so it needs nothing but Node, the compiler and npm's own node-gyp.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { capture, Failure, filesBelow, hashFiles, root, run, which } from './tools.mjs';

export const addonFile = join(root, 'build/Release/layerwise.node');

const INSTALL = {
  linux:
    'Debian, Ubuntu: apt-get install g++ make python3; Fedora: dnf install gcc-c++ make python3; Alpine: apk add g++ make python3',
  darwin: 'macOS: xcode-select --install',
  win32: 'Windows: winget install Python.Python.3.12 Microsoft.VisualStudio.2022.BuildTools',
};

/** Throws one Failure that names every missing tool and the command that installs them. */
export function checkToolchain() {
  if (process.platform === 'win32') return; // node-gyp finds Visual Studio itself, and says so when it does not
  const compiler = process.env.CXX?.split(' ')[0];
  const missing = [];
  if (
    !(compiler ? which(compiler) || existsSync(compiler) : which('g++') || which('c++') || which('clang++'))
  ) {
    missing.push(compiler ? `the C++ compiler CXX=${compiler}` : 'a C++20 compiler (g++ or clang++)');
  }
  if (!which('make')) missing.push('make');
  if (!which('python3') && !which('python')) missing.push('python3');
  if (missing.length > 0) {
    throw new Failure(
      `The native addon cannot be built: ${missing.join(' and ')} not found.\n` +
        `Install what is missing and run the same command again. ${INSTALL[process.platform] ?? ''}`,
    );
  }
}

/** The script of a node-gyp: ours while developing, else the one that npm brings along. */
function findNodeGyp() {
  const candidates = [];
  try {
    candidates.push(createRequire(join(root, 'package.json')).resolve('node-gyp/bin/node-gyp.js'));
  } catch {
    // not installed beside this package, which is the normal case for users of it
  }
  const npmRoots = [
    process.env.npm_execpath && join(dirname(process.env.npm_execpath), '..'),
    join(dirname(process.execPath), '../lib/node_modules/npm'),
    join(dirname(process.execPath), 'node_modules/npm'),
  ];
  candidates.push(process.env.npm_config_node_gyp);
  candidates.push(
    ...npmRoots.filter(Boolean).map((npm) => join(npm, 'node_modules/node-gyp/bin/node-gyp.js')),
  );
  const found = candidates.find((path) => path && existsSync(path));
  if (found) return found;
  throw new Failure(
    'node-gyp was not found. Install it and run the same command again: npm install --no-save node-gyp@12',
  );
}

/** The folder with include/node of the running Node, if it lies on this machine; else node-gyp downloads headers. */
export function findNodeDir() {
  const asked = process.env.npm_config_nodedir;
  if (asked) return asked;
  const [major, minor, patch] = process.versions.node.split('.');
  for (const prefix of [join(dirname(process.execPath), '..'), '/usr', '/usr/local']) {
    const header = join(prefix, 'include/node/node_version.h');
    if (!existsSync(header) || !existsSync(join(prefix, 'include/node/common.gypi'))) continue;
    const text = readFileSync(header, 'utf8');
    const is = (name, value) => new RegExp(`#define NODE_${name}_VERSION ${value}\\b`).test(text);
    if (is('MAJOR', major) && is('MINOR', minor) && is('PATCH', patch)) return prefix;
  }
  return null;
}

/** A hash of everything the addon is made of, so that a build that would change nothing is not started. */
export function nativeHash() {
  const files = filesBelow('native', ['vendor']).filter((file) => !file.endsWith('.md'));
  const eigen = join(root, 'native/vendor/eigen/SHA256');
  const inputs = [...files, join(root, 'binding.gyp'), eigen].filter((file) => existsSync(file));
  return `${hashFiles(inputs)} ${process.platform}-${process.arch} ${process.env.CXX ?? ''}`;
}

/** Compiles what is out of date. `strict` turns warnings into errors, `quiet` shows the output only on failure. */
export function buildNative({ strict, quiet = false }) {
  checkToolchain();
  if (!existsSync(join(root, 'native/vendor/eigen/SHA256'))) {
    throw new Failure('native/vendor/eigen is missing: run node scripts/vendor-eigen.mjs first.');
  }
  const nodeDir = findNodeDir();
  const args = [findNodeGyp(), 'configure', 'build', '--release', '-j', String(availableParallelism())];
  if (nodeDir) args.push(`--nodedir=${nodeDir}`);
  const env = strict ? { ...process.env, GYP_DEFINES: 'lw_werror=true' } : process.env;
  if (quiet) {
    const { ok, out } = capture(process.execPath, args, { env });
    if (!ok) throw new Failure(`${out.split('\n').slice(-80).join('\n')}\nThe native addon did not compile.`);
  } else {
    run(process.execPath, args, { env });
  }
  if (!existsSync(addonFile)) throw new Failure(`The build ended without ${addonFile}.`);
}
