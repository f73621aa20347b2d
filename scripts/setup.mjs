// Everything a fresh checkout needs, each step only when it is stale: npm's packages, Eigen, the addon, dist/.
// A second run does nothing and takes a fraction of a second. Node built-ins only.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildLib, libHash } from './build.mjs';
import { addonFile, buildNative, checkToolchain, nativeHash } from './native-build.mjs';
import { Failure, root, run, runMain, stampIs, withLock, writeStamp } from './tools.mjs';
import { isVendored, vendorEigen } from './vendor-eigen.mjs';

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Failure(
      `Layerwise needs Node 20.19 or newer; this is ${process.version}. See https://nodejs.org.`,
    );
  }
}

/** True when node_modules holds exactly the versions of package-lock.json (packages of other platforms aside). */
function isInstalled() {
  const hidden = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(hidden)) return false;
  const installed = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '') return true;
    return path in installed ? installed[path].version === version : Boolean(optional);
  });
}

function installPackages() {
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--ignore-scripts'];
  if (npm?.endsWith('.js')) run(process.execPath, [npm, ...args]);
  else run('npm', args, { shell: process.platform === 'win32' });
}

/** Brings the checkout up to date. Prints a line per step that had something to do. */
export async function setup() {
  checkNode();
  await withLock(() => {
    const addonStale = () => !existsSync(addonFile) || !stampIs('native', nativeHash());
    if (!isVendored() || addonStale()) checkToolchain(); // before anything is downloaded
    if (!isInstalled()) {
      console.log('setup: installing npm packages');
      installPackages();
    }
    if (!isVendored()) console.log(`setup: ${vendorEigen()}`);
    if (addonStale()) {
      console.log('setup: compiling the native addon');
      const hash = nativeHash();
      buildNative({ strict: true, quiet: true });
      writeStamp('native', hash);
    }
    const hash = libHash();
    if (!existsSync(join(root, 'dist/index.js')) || !stampIs('lib', hash)) {
      console.log('setup: compiling TypeScript');
      buildLib();
      writeStamp('lib', hash);
    }
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await runMain(setup);
