import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../scripts/tools.mjs';
import { LanguageServer } from './language-server.js';

// What a user gets: the packed tarball, installed into an empty folder with scripts off. The tests build on each other.
const folder = mkdtempSync(join(tmpdir(), 'layerwise-smoke-'));
const user = join(folder, 'user');
const installed = join(user, 'node_modules/layerwise');
const platform = `${process.platform}-${process.arch}`;
let tarball = '';

function runIn(cwd: string, command: string, ...args: string[]) {
  // Nothing of this checkout may be found through the environment: not its addon, not its backend settings.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('LAYERWISE_')),
  );
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    env,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return { status, out: `${stdout}${stderr}`, stdout };
}

const BODY = `
const y = conv2d(ones([1, 5, 5, 2]), ones([3, 3, 2, 4]));
console.log(JSON.stringify({ shape: y.shape, first: y.data[0] }));`;
const EXPECTED = { shape: [1, 3, 3, 4], first: 18 };

beforeAll(() => {
  const packed = runIn(root, 'npm', 'pack', '--pack-destination', folder);
  expect(packed.status, packed.out).toBe(0);
  tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '');
  mkdirSync(user);
  writeFileSync(join(user, 'package.json'), '{ "name": "user", "version": "1.0.0", "private": true }');
  writeFileSync(join(user, 'main.mjs'), `import { conv2d, ones } from 'layerwise';${BODY}`);
  writeFileSync(join(user, 'main.cjs'), `const { conv2d, ones } = require('layerwise');${BODY}`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the tarball is under 5 MB and carries what building from source needs', () => {
  expect(statSync(tarball).size).toBeLessThan(5e6);
  const files = runIn(folder, 'tar', 'tzf', tarball).stdout.split('\n');
  for (const name of [
    `prebuilds/${platform}/layerwise.node`,
    'dist/index.js',
    'dist/index.d.ts',
    'native/sources.json',
    'native/vendor/eigen/Eigen/Core',
    'native/vendor/eigen/COPYING',
    'binding.gyp',
    'CMakeLists.txt',
    'LICENSE',
    'THIRD_PARTY_NOTICES',
    'README.md',
    'CHANGELOG.md',
  ]) {
    expect(files).toContain(`package/${name}`);
  }
  expect(files.filter((name) => /^package\/(test|bench|examples|lib|build)/.test(name))).toEqual([]);
});

test('it installs with scripts off', () => {
  const { status, out } = runIn(
    user,
    'npm',
    'install',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    tarball,
  );
  expect(status, out).toBe(0);
  expect(existsSync(join(installed, `prebuilds/${platform}/layerwise.node`))).toBe(true);
});

test.each(['main.mjs', 'main.cjs'])('a convolution runs from %s', (file) => {
  const { status, out, stdout } = runIn(user, process.execPath, file);
  expect(status, out).toBe(0);
  expect(JSON.parse(stdout)).toEqual(EXPECTED);
});

describe('a TypeScript project that installs it', () => {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const scratch = (name: string) => join(user, name);
  let server: LanguageServer;

  beforeAll(async () => {
    for (const name of readdirSync(join(root, 'test/smoke/scratch')))
      copyFileSync(join(root, 'test/smoke/scratch', name), scratch(name));
    writeFileSync(
      scratch('tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          ...{ strict: true, module: 'nodenext', target: 'es2022', noEmit: true },
          ...{ types: ['node'], typeRoots: [join(root, 'node_modules/@types')] },
        },
        files: ['good.ts', 'mistakes.ts'],
      }),
    );
    server = await LanguageServer.start(tsc, user);
  });
  afterAll(() => server.stop());

  test('sees each mistake as one readable line, and nothing else', () => {
    const lines = readFileSync(scratch('mistakes.ts'), 'utf8').split('\n');
    const wanted = lines.flatMap((line, at) => {
      const rule = /^ *\/\/ (.+: .+|unknown option .+)$/.exec(line)?.[1];
      return rule === undefined ? [] : [{ line: at + 2, rule: JSON.stringify(rule) }];
    });
    const { stdout } = runIn(user, process.execPath, tsc, '-p', '.', '--pretty', 'false');
    console.log(stdout);
    const errors = stdout.split('\n').filter((line) => line.includes('error TS'));
    expect(wanted.length).toBeGreaterThan(3);
    expect(errors).toHaveLength(wanted.length);
    for (const [at, { line, rule }] of wanted.entries()) {
      expect(errors[at]).toContain(`mistakes.ts(${line},`);
      expect(errors[at]).toContain(`ShapeError<${rule}>`);
    }
  });

  test.each([
    ['edges', 'const edges: Tensor<[8, 28, 28, 6], "float32">'],
    ['rows', 'const rows: Tensor<[8, 4704], "float32">'],
    ['net', 'const net: Sequential<[null, 28, 28, 1], [null, 10], "float32", "float32">'],
    ['digits', 'const digits: Tensor<[64, 10], "float32">'],
  ])('shows the shape of %s under the mouse', async (name, text) => {
    expect(await server.hover({ file: scratch('good.ts'), after: `export const ${name}` })).toBe(text);
  });

  test('proposes options and their values', async () => {
    const file = scratch('options.ts');
    const bare = (names: readonly string[]) => names.map((name) => name.replace('?', ''));
    const layer = bare(await server.completions({ file, after: 'kernelSize: 3, p' }));
    expect(layer).toEqual(
      expect.arrayContaining(['padding', 'strides', 'dilationRate', 'activation', 'name']),
    );
    expect(layer).not.toContain('kernelSize');
    const words = await server.completions({ file, after: "padding: '" });
    expect(words).toEqual(expect.arrayContaining(['valid', 'same', 'causal']));
    const op = bare(await server.completions({ file, after: '{ s' }));
    expect(op).toEqual(expect.arrayContaining(['strides', 'padding', 'groups', 'bias']));
  });
});

test('without a prebuild the error names the platform and the one command', () => {
  rmSync(join(installed, 'prebuilds'), { recursive: true });
  const { status, out } = runIn(user, process.execPath, 'main.mjs');
  expect(status).not.toBe(0);
  expect(out).toContain('ERR_NATIVE');
  expect(out).toContain(platform);
  expect(out).toContain('npx layerwise build');
});

test('that command builds from source, and the convolution runs again', () => {
  const built = runIn(user, 'npx', '--no-install', 'layerwise', 'build');
  expect(built.status, built.out).toBe(0);
  const { status, out, stdout } = runIn(user, process.execPath, 'main.mjs');
  expect(status, out).toBe(0);
  expect(JSON.parse(stdout)).toEqual(EXPECTED);
});

test('layerwise doctor tells what was found', () => {
  const { status, out } = runIn(user, 'npx', '--no-install', 'layerwise', 'doctor');
  expect(status, out).toBe(0);
  for (const row of [
    /^platform +\S+/m,
    /^libc +\S+/m,
    /^binary +build\/Release\/layerwise\.node/m,
    /^isa +\S+/m,
  ]) {
    expect(out).toMatch(row);
  }
  for (const row of [/^threads +\d+/m, /^eigen +3\.4\.0/m, /^cuda +(yes|no: \S+)/m]) expect(out).toMatch(row);
});
