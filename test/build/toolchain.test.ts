import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { root } from '../../scripts/tools.mjs';

const module = pathToFileURL(join(root, 'scripts/native-build.mjs')).href;
const script = `import { checkToolchain } from '${module}'; checkToolchain();`;

function check(env: Record<string, string>) {
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], { env, encoding: 'utf8' });
}

test.runIf(process.platform === 'linux')(
  'without a compiler one message says what to install, and how',
  () => {
    const { status, stderr } = check({ PATH: '' });
    expect(status).not.toBe(0);
    expect(stderr).toContain('a C++20 compiler (g++ or clang++) and make and python3 not found');
    expect(stderr).toContain('apt-get install g++ make python3');
  },
);

test.runIf(process.platform === 'linux')('a CXX that does not exist is named', () => {
  const { status, stderr } = check({ PATH: process.env.PATH ?? '', CXX: 'no-such-compiler' });
  expect(status).not.toBe(0);
  expect(stderr).toContain('CXX=no-such-compiler');
});
