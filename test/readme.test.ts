import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { typeErrors } from './types/compiler.js';

const root = fileURLToPath(new URL('../', import.meta.url));

it('the example of the README prints what its comments say', () => {
  const text = readFileSync(`${root}README.md`, 'utf8');
  const code = /```js\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
  const wanted = [...code.matchAll(/^console\.log\(.*\/\/ (.*)$/gm)].map(([, comment]) => comment);
  expect(wanted.length).toBeGreaterThan(0);
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(stdout.trim().split('\n')).toEqual(wanted);
});

it('the shapes and the error of the README are those of the compiler', () => {
  const text = readFileSync(`${root}README.md`, 'utf8');
  const [, first, second, error] =
    /```ts\n(.*)\n(.*)\n\/\/ (.*)\n```/.exec(text) ?? expect.fail('the README has no such block');
  const [, name, type] = /^const (\w+) = .*; \/\/ (.*)$/.exec(first as string) ?? expect.fail(first);
  const folder = `${root}.setup/docs`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    `${folder}/readme.ts`,
    `import { conv2d, ones, reshape, type Tensor } from '../../lib/index.js';\n${first}\n${second}
export const check: { readonly shape: ${type}['shape'] } = ${name};\n`,
  );
  const errors = typeErrors([`${folder}/readme.ts`]);
  expect(errors.map(({ line }) => line)).toEqual([3]);
  expect(errors[0]?.message).toContain(error);
});
