import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = `import { ones, add } from 'layerwise';
try { console.log(add(ones([2]), 1).toArray()); } catch (error) { console.log(error.code, error.message); }`;

const run = (env: Record<string, string>) =>
  spawnSync(process.execPath, ['--input-type=module', '-e', PROGRAM], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });

describe('environment variables', () => {
  it.each([
    ['LAYERWISE_NUM_THREADS', 'abc', 'ERR_ARGUMENT'],
    ['LAYERWISE_NUM_THREADS', '0', 'ERR_ARGUMENT'],
    ['LAYERWISE_NUM_THREADS', '2000', 'ERR_ARGUMENT'],
    ['LAYERWISE_NUM_THREADS', '1', '[ 2, 2 ]'],
    ['LAYERWISE_MAX_ISA', 'sse9', 'ERR_ARGUMENT'],
    ['LAYERWISE_MAX_ISA', 'baseline', '[ 2, 2 ]'],
    ['LAYERWISE_MAX_BF16', 'avx512', 'ERR_ARGUMENT'],
    ['LAYERWISE_MAX_BF16', 'avx512bf16', '[ 2, 2 ]'],
    ['LAYERWISE_BACKEND', 'tpu', 'ERR_ARGUMENT'],
    ['LAYERWISE_BACKEND', 'reference', '[ 2, 2 ]'],
  ])('%s=%s', (name, value, answer) => {
    const { status, signal, stdout, stderr } = run({ [name]: value });
    expect(stderr).toBe('');
    expect([status, signal]).toEqual([0, null]);
    expect(stdout).toContain(answer);
    if (answer.startsWith('ERR')) expect(stdout).toContain(`${name}`);
  });
});
