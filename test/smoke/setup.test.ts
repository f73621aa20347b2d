import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { root } from '../../scripts/tools.mjs';

const setup = () => spawnSync(process.execPath, ['scripts/setup.mjs'], { cwd: root, encoding: 'utf8' });

test('a second set-up does nothing, in under two seconds', () => {
  expect(setup().status).toBe(0);
  const start = performance.now();
  const { status, stdout, stderr } = setup();
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(performance.now() - start).toBeLessThan(2000);
});
