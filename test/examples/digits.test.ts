import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeAll, listFiles } from '../../examples/digits/images.mjs';
import { lenet5, loadTorchWeights } from '../../examples/digits/model.mjs';
import type * as source from '../../lib/index.js';
import type { Precision, Sequential, Tensor } from '../../lib/index.js';

// The example imports the package as a user does, so what works with its model must come from there too.
const { argMax, machineInfo, stack } = (await import('layerwise')) as unknown as typeof source;

const folder = fileURLToPath(new URL('../../examples/digits/', import.meta.url));
const main = join(folder, 'main.mjs');

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'layerwise-digits-'));
});
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

interface Line {
  file: string;
  label?: number;
  probability?: number;
  probabilities?: number[];
  error?: string;
}

function run(...args: string[]) {
  const result = spawnSync(process.execPath, [main, ...args], { cwd: scratch, encoding: 'utf8' });
  return { ...result, text: result.stdout + result.stderr };
}

const read = (file: string) =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

describe('npm start', () => {
  it('classifies the digits: 299 of 300, probabilities within 1e-5 of those expected', () => {
    const out = join(scratch, 'all.ndjson');
    const { status, text } = run('--out', out);
    expect(status, text).toBe(0);
    expect(text).toContain('299/300');
    expect(text).toContain('300/300 images');
    const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Required<Line>[];
    const lines = read(out);
    expect(lines.map(({ file }) => file)).toEqual(expected.map(({ file }) => file));
    lines.forEach((line, i) => {
      expected[i]?.probabilities.forEach((want, digit) => {
        expect(Math.abs((line.probabilities?.[digit] as number) - want)).toBeLessThan(1e-5);
      });
    });
  });

  it.skipIf(machineInfo().bfloat16 === null)(
    'in bfloat16 gives at least 299 of 300 labels of float32',
    async () => {
      const model = (await loadTorchWeights(lenet5(), join(folder, 'lenet5.safetensors'))) as Sequential;
      const images = join(folder, 'images');
      const inputs: Tensor[] = [];
      for await (const { input } of decodeAll(images, await listFiles(images))) inputs.push(input as Tensor);
      const x = stack(inputs);
      const labels = (precision: Precision) => {
        model.precision = precision;
        return [...argMax(model.predictSync(x), { axis: 1 }).data];
      };
      const [exact, rounded] = [labels('float32'), labels('bfloat16')];
      expect(exact).toHaveLength(300);
      expect(exact.filter((label, i) => label === rounded[i]).length).toBeGreaterThanOrEqual(299);
    },
  );

  it('gives the same lines for another batch size', () => {
    run('--out', join(scratch, 'a.ndjson'), '--batch', '64');
    run('--out', join(scratch, 'b.ndjson'), '--batch', '7');
    expect(readFileSync(join(scratch, 'a.ndjson'))).toEqual(readFileSync(join(scratch, 'b.ndjson')));
  });

  it('writes an error line for what is no image, and goes on', () => {
    const images = join(scratch, 'mixed');
    mkdirSync(join(images, 'deeper'), { recursive: true });
    const [first, second] = readdirSync(join(folder, 'images')) as [string, string];
    copyFileSync(join(folder, 'images', first), join(images, 'a.png'));
    copyFileSync(join(folder, 'images', second), join(images, 'deeper', 'z.png'));
    writeFileSync(join(images, 'b.png'), readFileSync(join(folder, 'images', first)).subarray(0, 60));
    writeFileSync(join(images, 'c.txt'), 'no image');
    writeFileSync(join(images, 'empty.png'), '');
    const out = join(scratch, 'mixed.ndjson');
    const { status, text } = run('--images', images, '--out', out, '--batch', '2');
    expect(status, text).toBe(0);
    expect(text).toContain('2 of 5 files classified, 3 could not be read');
    const lines = read(out);
    expect(lines.map(({ file, error }) => [file, error !== undefined])).toEqual([
      ['a.png', false],
      ['b.png', true],
      ['c.txt', true],
      [join('deeper', 'z.png'), false],
      ['empty.png', true],
    ]);
  });

  it('says what is wrong with its arguments', () => {
    expect(run('--batch', '0').text).toContain('--batch must be an integer of at least 1');
    expect(run('--images', join(scratch, 'nowhere')).status).toBe(1);
  });
});
