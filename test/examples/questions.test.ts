import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const folder = fileURLToPath(new URL('../../examples/questions/', import.meta.url));
const helpers = new Set(['resnet50.mjs']);

// Each program asserts its own numbers; what it prints is the answer to a question, so a few of the numbers are expected there too.
const ANSWERS: Readonly<Record<string, readonly string[]>> = {
  'weigh-rows.mjs': ['[ 4, 50, 49 ]'],
  'max-pooling.mjs': ['[ [ 8 ] ]', '[ [ 5, 6 ], [ 8, 9 ] ]', 'keeps one number in 9'],
  'torch-convolution.mjs': ['[ 16, 32, 256, 256 ]', '[ 1, 3, 3, 4 ]'],
  'parameters.mjs': ['1792', '138,357,544', '25,557,032', '= 55'],
  'minus-one.mjs': ['[ 5, 28, 28, 1 ]', '34,826'],
  'conv1d.mjs': ['[ null, 10, 64 ]', '6208'],
  'volume-by-hand.mjs': ['[ 4, 4, 2 ]', '[ 11, 11 ]'],
  'lenet.mjs': ['28x28x6', '5x5x16, each number sees 16x16'],
};

describe('examples/questions', () => {
  const programs = readdirSync(folder).filter((name) => !helpers.has(name));

  it('is the list of programs that is tested', () => {
    expect(programs.sort()).toEqual(Object.keys(ANSWERS).sort());
  });

  it.each(programs)('%s holds its numbers', (name) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [name], { cwd: folder, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    for (const answer of ANSWERS[name] ?? []) expect(stdout).toContain(answer);
  });
});
