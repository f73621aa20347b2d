import { afterAll, describe, expect, it, vi } from 'vitest';
import { Layer } from '../../../lib/layers/layer.js';
import { registeredLayers } from '../../../lib/layers/registry.js';
import { thrown } from '../../support/errors.js';
import type { Row } from '../row.js';
import * as convolutional from './convolutional.js';
import * as core from './core.js';
import * as merging from './merging.js';
import * as pooling from './pooling.js';
import * as reshaping from './reshaping.js';
import { rows as wrongRows } from './wrong.js';

const tables: Readonly<Record<string, readonly Row[]>> = {
  convolutional: convolutional.rows,
  pooling: pooling.rows,
  'core, activation and normalization': core.rows,
  reshaping: reshaping.rows,
  merging: merging.rows,
};

/** The classes that a row called. */
const called = new Set<string>();
const inferOutputs = Layer.prototype.inferOutputs;
vi.spyOn(Layer.prototype, 'inferOutputs').mockImplementation(function (this: Layer, ...args) {
  called.add(this.className);
  return inferOutputs.apply(this, args);
});
afterAll(() => {
  vi.restoreAllMocks();
});

describe.each(Object.entries(tables))('%s: what types infer is what the layer gives', (_, rows) => {
  it.each(
    rows.map(({ call, expected }, index) => [index, JSON.stringify(expected), call, expected] as const),
  )('row %i: %s', (_index, _title, call, expected) => expect(call()).toEqual(expected));
});

describe('what types refuse, the layer refuses with the same words', () => {
  const shapeOf = (layer: unknown, input: unknown) => (layer as Layer).computeOutputShape(input as never);

  it.each(wrongRows.filter((row) => row.typesOnly === undefined))('$message', ({ layer, input, message }) => {
    const error = thrown(() => shapeOf(layer(), input));
    expect(error.message.slice(0, message.length)).toBe(message);
    expect(['ERR_SHAPE', 'ERR_ARGUMENT']).toContain(error.code);
  });

  it.each(wrongRows.filter((row) => row.typesOnly !== undefined))(
    'but for what only types refuse: $message',
    ({ layer, input, typesOnly }) => expect(shapeOf(layer(), input)).toEqual(typesOnly),
  );
});

it('every layer class has rows', () => {
  const models = ['InputLayer', 'Sequential', 'Model'];
  expect(registeredLayers().filter((name) => !called.has(name) && !models.includes(name))).toEqual([]);
});
