import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as layerwise from '../../lib/index.js';

/**
 * Every @example of graphs, models and files runs, in a folder that holds the files it reads, and gives what its comments
 * say: `expression; // value`.
 */
const lib = new URL('../../lib/', import.meta.url);
const files = [
  ...['graph', 'models', 'io'].flatMap((folder) =>
    readdirSync(new URL(folder, lib)).map((name) => `${folder}/${name}`),
  ),
  ...['layer', 'registry', 'variable'].map((name) => `layers/${name}.ts`),
];

const examples = files.flatMap((file) => {
  const source = readFileSync(new URL(file, lib), 'utf8');
  return [...source.matchAll(/@example((?:(?!\*\/)[\s\S])*)\*\//g)].map(([, text], index) => ({
    title: `${file} #${index + 1}`,
    code: (text as string).replace(/^\s*\* ?/gm, '').trim(),
  }));
});

/** Turns `expression; // value` into a check. */
const checked = (code: string): string =>
  code.replace(/^(.*); \/\/ ([[\d"].*)$/gm, (_, expression, value) => `__check(${expression}, ${value});`);

const { Conv2D, Dense, Flatten, Sequential, ones } = layerwise;

/** What the examples call `model`: a net for images of 28 x 28. */
const net = (inputShape = [28, 28, 1]) =>
  new Sequential([
    new Conv2D({ filters: 8, kernelSize: 3, inputShape, name: 'conv1' }),
    new Flatten(),
    new Dense({ units: 10, activation: 'softmax', name: 'head' }),
  ]);

describe('examples in the documentation', () => {
  const before = process.cwd();
  const folder = mkdtempSync(join(tmpdir(), 'layerwise-'));
  beforeAll(async () => {
    process.chdir(folder);
    const weights = net().exportWeights();
    const { 'conv1/kernel': kernel, ...rest } = weights;
    await layerwise.saveSafetensors('model.safetensors', weights);
    await layerwise.saveSafetensors('net.safetensors', {
      'conv1.weight': kernel as layerwise.Tensor,
      ...rest,
    });
    await layerwise.saveNpz('weights.npz', weights);
    await layerwise.saveNpy('images.npy', ones([2, 28, 28, 1]) as layerwise.Tensor);
  });
  afterAll(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  });

  it('are found', () => expect(examples.length).toBeGreaterThan(15));

  it.each(examples)('$title', async ({ code }) => {
    const scope = {
      ...layerwise,
      writeFile,
      pixels: new Float32Array(784),
      batch: ones([4, 28, 28, 1]),
      images: [{ file: 'a.png', input: ones([28, 28, 1]) }],
      console: { log: () => {} },
    };
    const names = Object.keys(scope);
    const AsyncFunction = (async () => {}).constructor as typeof Function;
    // `model` is a parameter of its own block, so that an example may declare one.
    const body = `return (async () => { ${checked(code)}\n })();`;
    const run = new AsyncFunction(...names, '__check', 'model', body);
    await run(
      ...Object.values(scope),
      (got: unknown, want: unknown) => expect(got, code).toEqual(want),
      net(),
    );
  });
});
