import { describe, expect, it } from 'vitest';
import {
  BatchNormalization,
  Conv2D,
  Dense,
  Flatten,
  Model,
  Sequential,
  type Tensor,
  tensor,
} from '../../lib/index.js';
import { expectError } from '../support/errors.js';
import { twins } from './nets.js';

describe('weights of a model', () => {
  const net = () =>
    new Sequential([
      new Dense({ units: 2, inputShape: [3], name: 'a' }),
      new BatchNormalization({ name: 'bn' }),
      new Dense({ units: 1, name: 'b', trainable: false }),
    ]);

  it('are listed layer by layer, trainable first within a layer', () => {
    const model = net();
    expect(model.weights.map(({ path }) => path)).toEqual([
      'a/kernel',
      'a/bias',
      'bn/gamma',
      'bn/beta',
      'bn/moving_mean',
      'bn/moving_variance',
      'b/kernel',
      'b/bias',
    ]);
    expect(model.trainableWeights).toHaveLength(4);
    expect(model.nonTrainableWeights).toHaveLength(4);
    model.trainable = false;
    expect(model.trainableWeights).toHaveLength(0);
    expect(model.nonTrainableWeights).toHaveLength(8);
  });

  it('change what the compiled model computes', () => {
    const model = new Sequential([new Dense({ units: 1, inputShape: [2], name: 'd' })]);
    const input = tensor([[1, 2]]) as Tensor;
    model.setWeights([tensor([[1], [1]]), tensor([0])] as Tensor[]);
    expect(model.predictSync(input).toArray()).toEqual([[3]]);
    model.getWeight('d/bias').assign(tensor([10]) as Tensor);
    expect(model.predictSync(input).toArray()).toEqual([[13]]);
    const [kernel] = model.getWeights() as [Tensor, Tensor];
    (kernel.data as Float32Array).fill(99);
    expect(model.predictSync(input).toArray()).toEqual([[13]]);
  });

  it('load by name, with renaming, other precision and leftovers', () => {
    const model = new Sequential([new Dense({ units: 1, inputShape: [2], name: 'd' })]);
    const kernel = tensor([[1], [2]]) as Tensor;
    model.loadWeights({ 'd/kernel': kernel, 'd/bias': tensor([0.5]) as Tensor });
    expect(model.predictSync(tensor([[1, 1]]) as Tensor).toArray()).toEqual([[3.5]]);
    model.loadWeights(
      { w: tensor(new Float64Array([3, 3]), [2, 1]) as unknown as Tensor, step: kernel },
      {
        strict: false,
        rename: { w: 'd/kernel', step: null },
      },
    );
    expect(model.predictSync(tensor([[1, 1]]) as Tensor).toArray()).toEqual([[6.5]]);
    model.loadWeights(
      new Map([
        ['fc.weight', kernel],
        ['fc.bias', tensor([0]) as Tensor],
      ]),
      {
        rename: (name) => name.replace('fc.', 'd/').replace('weight', 'kernel'),
      },
    );
    expect(model.exportWeights()['d/kernel']?.toArray()).toEqual([[1], [2]]);
  });

  it('load all or nothing, and say what does not fit', () => {
    const model = new Sequential([new Dense({ units: 1, inputShape: [2], name: 'd' })]);
    const kernel = tensor([[7], [7]]) as Tensor;
    const before = model.exportWeights()['d/kernel']?.toArray();
    const cases: [unknown, string, string][] = [
      [{ 'd/kernel': kernel }, 'ERR_ARGUMENT', 'missing=["d/bias"]'],
      [{ 'd/kernel': kernel, 'd/bias': tensor([1]), x: kernel }, 'ERR_ARGUMENT', 'unknown=["x"]'],
      [{ 'd/kernel': kernel, 'd/bias': tensor([1, 2]) }, 'ERR_SHAPE', 'weight "d/bias"'],
      [{ 'd/kernel': kernel, 'd/bias': tensor([1], [1], 'int32') }, 'ERR_DTYPE', 'int32'],
      [{ 'd/kernel': kernel, 'd/bias': [1] }, 'ERR_ARGUMENT', 'must be a tensor'],
      [[kernel], 'ERR_ARGUMENT', 'by name'],
      [null, 'ERR_ARGUMENT', 'by name'],
    ];
    for (const [given, code, text] of cases)
      expectError(() => model.loadWeights(given as never), code as never, text);
    expectError(
      () => model.loadWeights({ p: kernel, q: kernel }, { rename: () => 'd/kernel' }),
      'ERR_ARGUMENT',
      'both give',
    );
    expectError(() => model.setWeights([kernel]), 'ERR_ARGUMENT', 'kernel, bias');
    expectError(() => model.setWeights([kernel, tensor([1, 2]) as Tensor]), 'ERR_SHAPE', 'd/bias');
    expect(model.exportWeights()['d/kernel']?.toArray()).toEqual(before);
  });
});

describe('summary', () => {
  it('shows shapes, parameters, multiply-adds and bytes, and their totals', () => {
    const model = new Sequential({
      name: 'vgg_start',
      layers: [
        new Conv2D({ filters: 64, kernelSize: 3, padding: 'same', inputShape: [224, 224, 3], name: 'conv1' }),
        new Flatten({ name: 'flat' }),
      ],
    });
    let printed = '';
    const text = model.summary({
      print: (out) => {
        printed = out;
      },
    });
    expect(printed).toBe(text);
    expect(text.split('\n')).toEqual([
      'Sequential "vgg_start"',
      'Layer (type)                 Output shape                         Params   Multiply-adds       Bytes',
      '─'.repeat(100),
      'conv1 (Conv2D)               [null, 224, 224, 64]                  1,792      86,704,128  12,845,056',
      'flat (Flatten)               [null, 3211264]                           0               0  12,845,056',
      '─'.repeat(100),
      'Params: 1,792 (trainable 1,792, non-trainable 0)',
      'Multiply-adds per sample: 86,704,128',
      'Weights: 7,168 bytes',
    ]);
    for (const line of model.summary({ lineLength: 60 }).split('\n').slice(0, 5))
      expect(line.length).toBeLessThanOrEqual(60);
    expectError(() => model.summary({ lineLength: 3 }), 'ERR_ARGUMENT');
    expectError(() => model.summary({ width: 80 } as never), 'ERR_ARGUMENT');
  });

  it('counts a shared layer for each call and its weights once, and marks what is not known', () => {
    const { a, b, score } = twins();
    const text = new Model({ inputs: [a, b], outputs: score }).summary();
    expect(text).toMatch(/shared \(Dense\)\s+\[null, 3\] \[null, 3\]\s+15\s+24\s+24/);
    const open = new Sequential([new Conv2D({ filters: 2, kernelSize: 3, inputShape: [null, null, 1] })]);
    expect(open.summary()).toMatch(/\[null, null, null, 2\]\s+20\s+\?\s+\?/);
  });

  it('builds nothing large: 411 MB of weights are counted without being drawn', () => {
    const model = new Sequential([new Dense({ units: 4096, inputShape: [25_088] })]);
    const before = process.memoryUsage().arrayBuffers;
    expect(model.summary()).toContain('102,764,544');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6);
  });
});
