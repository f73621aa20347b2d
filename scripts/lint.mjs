// `npm run lint` checks, `npm run format` (--write) mends: biome for TypeScript and JavaScript, clang-format for C++,
// and the arrows between folders.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { boundaryFaults } from './check-boundaries.mjs';
import { capture, Failure, filesBelow, root, runMain, which } from './tools.mjs';

/** The clang-format that npm installed where it has a binary for this platform, else the system's. */
function findClangFormat() {
  const packaged = createRequire(import.meta.url).resolve('clang-format/package.json');
  const name = process.platform === 'win32' ? 'clang-format.exe' : 'clang-format';
  const folder = process.platform === 'win32' ? 'win32' : `${process.platform}_${process.arch}`;
  const binary = join(packaged, '../bin', folder, name);
  const found = existsSync(binary) ? binary : which('clang-format');
  if (!found) throw new Failure('clang-format was not found. Install it: apt-get install clang-format');
  return found;
}

const nativeFiles = () =>
  [
    ...filesBelow('native', ['vendor']),
    ...filesBelow('test/native'),
    ...filesBelow('bench', ['node_modules']),
  ].filter((file) => /\.(cc|h|cu|cuh)$/.test(file));

function biome(write) {
  const args = [join(root, 'node_modules/@biomejs/biome/bin/biome'), 'check', '--error-on-warnings'];
  return capture(process.execPath, write ? [...args, '--write', '.'] : [...args, '.']);
}

function clangFormat(write) {
  const files = nativeFiles();
  if (files.length === 0) return { ok: true, out: '' };
  return capture(findClangFormat(), [
    ...(write ? ['-i'] : ['--dry-run', '-Werror']),
    '-style=file',
    ...files,
  ]);
}

function boundaries() {
  const faults = boundaryFaults();
  return { ok: faults.length === 0, out: faults.join('\n') };
}

await runMain(() => {
  const write = process.argv.includes('--write');
  const parts = { biome: () => biome(write), 'clang-format': () => clangFormat(write), boundaries };
  for (const [name, part] of Object.entries(parts)) {
    const { ok, out } = part();
    if (!ok) {
      console.error(out.trim());
      process.exitCode = 1;
    }
    console.log(`lint: ${name} ${ok ? 'ok' : 'FAILED (npm run format mends what can be mended)'}`);
  }
});
