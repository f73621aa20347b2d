import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../scripts/tools.mjs';

const read = (name: string) => readFileSync(join(root, name), 'utf8');
const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;

test('nothing runs on the user\u2019s machine at installation', () => {
  for (const hook of ['preinstall', 'install', 'postinstall', 'prepare']) {
    expect(manifest.scripts).not.toHaveProperty(hook);
  }
  expect(manifest.gypfile).toBe(false);
});

test('versions are pinned', () => {
  const versions = Object.values({ ...manifest.dependencies, ...manifest.devDependencies });
  for (const version of versions) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
});

test.each(['package-lock.json', 'bench/contenders/package-lock.json'])('%s names no registry', (file) => {
  expect(read(file)).not.toMatch(/"resolved"/);
});

test('no script is the hook of another by accident', () => {
  // npm runs `preNAME` before `NAME`: a `build` beside `prebuild` would compile a release binary each time.
  const names = Object.keys(manifest.scripts ?? {});
  const known = ['prepack'];
  const hooks = names.filter(
    (name) => names.includes(name.replace(/^(pre|post)/, '')) && /^(pre|post)/.test(name),
  );
  expect(hooks.filter((name) => !known.includes(name))).toEqual([]);
  expect(names).toContain('prebuild');
});
