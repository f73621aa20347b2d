import { createRequire } from 'node:module';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { LayerwiseError } from '../errors.js';
import { memoryLimit } from '../tensor/memory.js';
import { guarded } from './guard.js';
import type { NativeAddon } from './native.js';

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Results of this size and more lie in the pool. Smaller ones cost less as ordinary arrays than the pool's book-keeping. */
export const POOLED_BYTES = 2 ** 18;

/** The most that the pool of results holds, and the share of the machine's memory that it may be. */
const POOL_BYTES = 2 ** 30;
const POOL_SHARE = 1 / 8;

let loaded: { addon: NativeAddon; file: string } | undefined;

/** The native addon, loaded at the first use; ERR_NATIVE with the way to fix it when there is none for this platform. */
export function addon(): NativeAddon {
  loaded ??= load();
  return loaded.addon;
}

/** Which binary was loaded, relative to the package. */
export function addonFile(): string {
  loaded ??= load();
  return relative(root, loaded.file) || loaded.file;
}

function libc(): string {
  if (process.platform !== 'linux') return '';
  const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined;
  return report?.header?.glibcVersionRuntime ? ` (glibc ${report.header.glibcVersionRuntime})` : ' (musl)';
}

function load() {
  const gyp = require('node-gyp-build') as {
    resolve?: (dir: string) => string;
    path?: (dir: string) => string;
  };
  let file = '';
  try {
    file = (gyp.resolve ?? gyp.path)?.(root) ?? '';
    const native = guarded(require(file) as NativeAddon);
    if (isMainThread)
      native.openResults(POOLED_BYTES, Math.floor(Math.min(POOL_BYTES, memoryLimit() * POOL_SHARE)));
    return { addon: native, file };
  } catch (cause) {
    const platform = `${process.platform}-${process.arch}${libc()}, Node ${process.version}`;
    const reason = file
      ? `"${relative(root, file)}" does not load: ${(cause as Error).message}`
      : `there is no prebuilt binary in prebuilds/ and none was built in build/Release`;
    throw new LayerwiseError(
      'ERR_NATIVE',
      `layerwise: no native addon for ${platform}: ${reason}. ` +
        'Build it from the sources in the package: npx layerwise build (needs g++, make and python3; ' +
        'on Debian: apt-get install g++ make python3).',
      { cause },
    );
  }
}
