import { describe, expect, it } from 'vitest';
import {
  Add,
  BatchNormalization,
  Conv2D,
  Dense,
  EinsumDense,
  Flatten,
  Input,
  Lambda,
  MaxPooling2D,
  Model,
  Sequential,
  sum,
  type Tensor,
} from '../../lib/index.js';
import type { Layer } from '../../lib/layers/layer.js';
import { expectError } from '../support/errors.js';
import { lenet } from './nets.js';

const input = [8, 8, 3] as const;
const backbone = () =>
  new Sequential({
    name: 'backbone',
    layers: [
      new Conv2D({ name: 'conv', filters: 4, kernelSize: 3, padding: 'same', inputShape: input }),
      new BatchNormalization({ name: 'norm' }),
      new MaxPooling2D({ name: 'pool' }),
    ],
  });

/** A residual net with a model inside it, a layer that is called twice, and one without a geometry. */
function branched() {
  const image = Input({ shape: input, name: 'image' });
  const features = backbone().apply(image);
  const shared = new Conv2D({ name: 'shared', filters: 4, kernelSize: 3, padding: 'same' });
  const once = shared.apply(features);
  const twice = shared.apply(once);
  const joined = new Add({ name: 'join' }).apply([features, twice]);
  const mixed = new EinsumDense({
    name: 'mix',
    equation: 'abcd,de->abce',
    outputShape: [null, null, 5],
  }).apply(joined);
  const output = new Dense({ name: 'out', units: 2 }).apply(new Flatten({ name: 'flat' }).apply(mixed));
  return new Model({ inputs: image, outputs: output, name: 'branched' });
}

describe('model.explain', () => {
  it('adds up to the summary', () => {
    for (const model of [lenet(), branched()]) {
      const { parameters, multiplyAdds, layers, shape } = model.explain();
      const summary = model.summary();
      expect(parameters?.count).toBe(model.countParams());
      expect(layers.reduce((total, layer) => total + layer.parameters, 0)).toBe(model.countParams());
      expect(summary).toContain(`Multiply-adds per sample: ${multiplyAdds?.text}`);
      expect(shape).toEqual(model.outputShape);
    }
  });

  it('goes into models inside, and counts a layer that is called twice once', () => {
    const { layers } = branched().explain();
    expect(layers.map(({ name, parameters }) => [name, parameters])).toEqual([
      ['backbone/conv', 112],
      ['backbone/norm', 16],
      ['backbone/pool', 0],
      ['shared', 148],
      ['shared', 0],
      ['join', 0],
      ['mix', 20],
      ['flat', 0],
      ['out', 162],
    ]);
    expect(layers.map(({ multiplyAdds }) => multiplyAdds)).toEqual([6912, 0, 0, 2304, 2304, 0, 320, 0, 160]);
    const fields = layers.map(({ field }) => field?.[0]);
    expect(fields[2]).toEqual({ size: 4, jump: 2, start: -1 });
    expect(fields[3]).toBeUndefined(); // which of its two calls?
    expect(fields[5]).toEqual({ size: 12, jump: 2, start: -5 });
  });

  it('agrees with what each layer says of itself', () => {
    const { layers } = lenet().explain();
    for (const { explanation, multiplyAdds } of layers) {
      expect(explanation.multiplyAdds?.count ?? 0).toBe(multiplyAdds);
    }
  });

  it('splits off the weights that training would not change', () => {
    expect(branched().explain().parameters?.text).toBe('458 (trainable 450, non-trainable 8)');
  });

  it('has a paragraph for each layer in detail', () => {
    const text = lenet().explain({ detail: true }).toString();
    expect(text).toContain('Conv2D "c3": 16 filters of 5x5, on 14x14x6');
    expect(text).toContain("Of the model's input it sees 14x14 elements, jump 2, start 0.");
    expect(text).toContain('multiply-adds  651,720 per sample');
  });

  it('leaves open what is not known', () => {
    const layers = [new Conv2D({ name: 'conv', filters: 4, kernelSize: 3, inputShape: [null, null, 3] })];
    const { multiplyAdds, layers: explained, shape } = new Sequential(layers as unknown as Layer[]).explain();
    expect(multiplyAdds).toBeUndefined();
    expect(explained[0]?.field).toBeUndefined();
    expect(shape).toEqual([null, null, null, 4]);
    expect(new Sequential(layers as unknown as Layer[]).explain().toString()).toContain('multiply-adds  ?');
  });

  it('is that of vectors too, which have no field', () => {
    const model = new Sequential({
      name: 'mlp',
      layers: [new Dense({ name: 'out', units: 2, inputShape: [5] })],
    });
    expect(model.explain().toString()).toBe(
      `
Sequential "mlp": [null, 5] to [null, 2], 1 layer

layer        output     parameters  multiply-adds  sees  jump  start
────────────────────────────────────────────────────────────────────
out (Dense)  [null, 2]          12             10  -     -     -
  2 units x (5 weights + 1 bias) = 12

parameters     12
multiply-adds  10 per sample
`.trim(),
    );
  });

  it('takes a shape, as a layer does, and explains several inputs and outputs', () => {
    const late = new Sequential({ name: 'late', layers: [new Dense({ units: 2 })] });
    expectError(() => late.explain(), 'ERR_STATE', 'it cannot be explained before its shapes are known');
    expect(late.explain([null, 5]).shape).toEqual([null, 2]);
    const [a, b] = [Input({ shape: [5], name: 'a' }), Input({ shape: [5], name: 'b' })];
    const total = new Lambda({ name: 'total', function: (x: Tensor) => sum(x, { axis: 1 }) });
    const both = new Add({ name: 'both' }).apply([a, b]);
    const model = new Model({ inputs: [a, b], outputs: [both, total.apply(both)], name: 'two' });
    expect(model.explain().title).toBe(
      'Model "two": [null, 5] and [null, 5] to [null, 5] and [null], 2 layers',
    );
  });

  it('refuses options that it does not know', () => {
    expectError(() => lenet().explain({ deep: true } as never), 'ERR_ARGUMENT', 'unknown option "deep"');
    expectError(
      () => lenet().explain({ detail: 'yes' } as never),
      'ERR_ARGUMENT',
      'detail must be true or false',
    );
  });
});
