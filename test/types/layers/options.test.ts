import { describe, expect, expectTypeOf, it, test } from 'vitest';
import * as l from '../../../lib/index.js';
import type { LayerOptions, ShapeOrList } from '../../../lib/layers/layer.js';
import type { Exact, ShapeError } from '../../../lib/shape/typed.js';
import { thrown } from '../../support/errors.js';

describe('a misspelt option does not compile, and is refused', () => {
  it.each<[string, () => unknown]>([
    // @ts-expect-error
    ['filter', () => new l.Conv2D({ filters: 1, kernelSize: 3, filter: 2 })],
    // @ts-expect-error
    ['kernel', () => new l.DepthwiseConv2D({ kernelSize: 3, kernel: 2 })],
    // @ts-expect-error
    ['poolsize', () => new l.MaxPooling2D({ poolsize: 3 })],
    // @ts-expect-error
    ['keepdims', () => new l.GlobalMaxPooling1D({ keepdims: true })],
    // @ts-expect-error
    ['strides', () => new l.AdaptiveMaxPooling1D({ outputSize: 3, strides: 1 })],
    // @ts-expect-error
    ['activations', () => new l.Dense({ units: 3, activations: 'relu' })],
    // @ts-expect-error
    ['maxvalue', () => new l.ReLU({ maxvalue: 3 })],
    // @ts-expect-error
    ['epsilon', () => new l.Softmax({ epsilon: 3 })],
    // @ts-expect-error
    ['eps', () => new l.BatchNormalization({ eps: 0.1 })],
    // @ts-expect-error
    ['axes', () => new l.Concatenate({ axes: 1 })],
    // @ts-expect-error
    ['axis', () => new l.Add({ axis: 1 })],
    // @ts-expect-error
    ['shape', () => new l.Reshape({ targetShape: [1], shape: [1] })],
    // @ts-expect-error
    ['dataFormat', () => new l.UpSampling1D({ dataFormat: 'channelsLast' })],
  ])('%s', (name, make) => {
    const error = thrown(make);
    expect(error.code).toBe('ERR_ARGUMENT');
    expect(error.message).toContain(`unknown option "${name}"`);
  });
});

describe('an option that is missing or of another kind does not compile, and is refused', () => {
  it.each<[string, () => unknown]>([
    // @ts-expect-error
    ['kernelSize', () => new l.Conv2D({ filters: 1 })],
    // @ts-expect-error
    ['filters', () => new l.Conv2DTranspose({ kernelSize: 1 })],
    // @ts-expect-error
    ['units', () => new l.Dense({})],
    // @ts-expect-error
    ['options', () => new l.Dense()],
    // @ts-expect-error
    ['targetShape', () => new l.Reshape({})],
    // @ts-expect-error
    ['poolSize', () => new l.MaxPooling2D({ poolSize: 'three' })],
    // @ts-expect-error
    ['padding', () => new l.AveragePooling1D({ padding: 'some' })],
    // @ts-expect-error
    ['rate', () => new l.Dropout({})],
  ])('%s', (name, make) => {
    const error = thrown(make);
    expect(error.code).toBe('ERR_ARGUMENT');
    expect(error.message).toContain(name);
  });
});

describe('a call that is wrong does not compile, whatever it is called on', () => {
  const layer = new l.Conv2D({ filters: 6, kernelSize: 5, name: 'late' });
  it.each<[string, () => unknown]>([
    // @ts-expect-error
    ['a shape', () => layer.computeOutputShape([null, 3, 3, 1])],
    // @ts-expect-error
    ['a symbolic tensor', () => layer.apply(l.Input({ shape: [3, 3, 1] }))],
    // @ts-expect-error
    ['a tensor', () => layer.apply(l.zeros([1, 3, 3, 1]))],
    // @ts-expect-error
    ['a list of one', () => layer.apply([l.zeros([1, 3, 3, 1])])],
    // @ts-expect-error
    ['different heights', () => new l.Concatenate().apply([l.zeros([1, 3, 2]), l.zeros([1, 4, 2])])],
  ])('%s', (_, call) => {
    expect(thrown(call).code).toBe('ERR_SHAPE');
  });
});

test('a layer with other options is no layer of the same type, but of the same class', () => {
  const options = { filters: 6, kernelSize: 5 } as const;
  let conv = new l.Conv2D(options);
  conv = new l.Conv2D({ ...options, name: 'named', activation: 'relu' });
  // @ts-expect-error
  conv = new l.Conv2D({ ...options, padding: 'same' });
  let pool = new l.MaxPooling2D();
  pool = new l.MaxPooling2D({ name: 'pool' });
  // @ts-expect-error
  pool = new l.MaxPooling2D({ poolSize: 3 });
  let thirds = new l.MaxPooling2D({ poolSize: 3 });
  // @ts-expect-error
  thirds = new l.MaxPooling2D({ poolSize: 3, padding: 'same' });
  let joined = new l.Concatenate({});
  // @ts-expect-error
  joined = new l.Concatenate({ axis: 1 });
  let any: l.Conv2D = new l.Conv2D(options);
  any = new l.Conv2D({ ...options, padding: 'same' });
  for (const layer of [conv, pool, thirds, joined, any]) expect(layer).toBeInstanceOf(l.Layer);

  const both = [new l.Conv2D(options), new l.Conv2D({ ...options, padding: 'same' })];
  for (const layer of both) {
    expectTypeOf(layer.computeOutputShape([null, 9, 9, 3])).toEqualTypeOf<
      [null, 5, 5, 6] | [null, 9, 9, 6]
    >();
  }
});

describe('what is not known compiles', () => {
  const wide: l.ConvLayerOptions = { filters: 1, kernelSize: 3 };
  const perhaps: l.PoolingOptions | undefined = Math.random() < 2 ? undefined : {};

  class Net extends l.Conv2D {
    static override className = 'NetOfOptionsTest';

    constructor() {
      super({ filters: 2, kernelSize: 3 });
    }
  }
  class Halves extends l.MaxPooling2D {
    constructor(name: string) {
      super({ name });
    }
  }
  class Generic<const O extends Exact<O, l.DenseOptions>> extends l.Dense<O> {}

  test('as options, as subclasses, and as layers of any class', () => {
    const conv: l.Conv2D = new l.Conv2D({ filters: 1, kernelSize: 3 });
    const pool: l.MaxPooling2D = new l.MaxPooling2D({ poolSize: 3 });
    const add: l.Add = new l.Add({ name: 'sum' });
    const layers: l.Layer[] = [
      conv,
      pool,
      add,
      new l.Conv2D(wide),
      new l.MaxPooling2D(perhaps),
      new l.MaxPooling2D(undefined),
      new Net(),
      new Halves('half'),
      new Generic({ units: 3 }),
      new l.Flatten(),
      new l.Reshape({ targetShape: [1] }),
      new l.Embedding({ inputDim: 3, outputDim: 2 }),
      new l.Lambda({ function: (x: l.Tensor) => x }),
      l.Conv2D.fromConfig(conv.getConfig()),
    ];
    for (const layer of layers) expect(layer).toBeInstanceOf(l.Layer);
    expectTypeOf((layers[0] as l.Layer).computeOutputShape([null, 8, 8, 3])).toEqualTypeOf<
      l.Shape | readonly l.Shape[]
    >();
  });

  test('and is no literal where the class alone is named', () => {
    const take = (layer: l.MaxPooling2D) => layer.computeOutputShape([null, 9, 9, 1]);
    expectTypeOf(take).returns.toEqualTypeOf<l.Shape>();
    expect(take(new l.MaxPooling2D({ poolSize: 3 }))).toEqual([null, 3, 3, 1]);
    expectTypeOf(new Halves('h').computeOutputShape([null, 9, 9, 1])).toEqualTypeOf<l.Shape>();
    const layer: l.Layer = new l.MaxPooling2D({ poolSize: 3 });
    if (layer instanceof l.MaxPooling2D) {
      expectTypeOf(layer.computeOutputShape([null, 9, 9, 1])).toEqualTypeOf<l.Shape>();
    }
    // @ts-expect-error: a layer with other options is not one with these
    const literal: l.MaxPooling2D<[{ poolSize: 2 }]> = new l.MaxPooling2D({ poolSize: 3 });
    expect(literal).toBeInstanceOf(l.Layer);
  });

  test('so do registration and functions over any layer', () => {
    class Twice extends l.Layer {
      static override className = 'TwiceOfOptionsTest';
      constructor(options: LayerOptions = {}) {
        super(options, []);
      }
      override call(inputs: l.Tensor | readonly l.Tensor[]): l.Tensor {
        return l.mul(this.oneInput(inputs), 2);
      }
    }
    l.registerLayer(Twice, Net);
    const shape = (layer: l.Layer, input: ShapeOrList) => layer.computeOutputShape(input);
    expect(shape(new Twice(), [null, 3])).toEqual([null, 3]);
    expect(shape(new l.Dense({ units: 2 }), [null, 8, 8, 3])).toEqual([null, 8, 8, 2]);
  });
});

test('the error of a misspelt option names it', () => {
  expectTypeOf<Exact<{ filters: 1; kernelSize: 1; padd: 1 }, l.ConvLayerOptions>['padd']>().toEqualTypeOf<
    ShapeError<'unknown option "padd"'>
  >();
});

test('dtypes go through layers', () => {
  const image = l.Input({ shape: [8, 8, 3] });
  const words = l.Input({ shape: [10], dtype: 'int32' });
  expectTypeOf(new l.MaxPooling2D().apply(image)).toEqualTypeOf<
    l.SymbolicTensor<[null, 4, 4, 3], 'float32'>
  >();
  expectTypeOf(new l.Embedding({ inputDim: 9, outputDim: 4 }).apply(words)).toEqualTypeOf<
    l.SymbolicTensor<[null, 10, 4], 'float32'>
  >();
  expectTypeOf(new l.Embedding({ inputDim: 9, outputDim: 4, dtype: 'float64' }).apply(words)).toEqualTypeOf<
    l.SymbolicTensor<[null, 10, 4], 'float64'>
  >();
  expectTypeOf(new l.Flatten().apply(words)).toEqualTypeOf<l.SymbolicTensor<[null, 10], 'int32'>>();
  expectTypeOf(new l.ReLU().apply(l.zeros([2, 3]))).toEqualTypeOf<l.Tensor<[2, 3], 'float32'>>();
  expectTypeOf(new l.Add().apply([image, image])).toEqualTypeOf<
    l.SymbolicTensor<[null, 8, 8, 3], 'float32'>
  >();
  expectTypeOf(new l.Conv2D({ filters: 2, kernelSize: 3 }).options.filters).toEqualTypeOf<2>();
  expectTypeOf(new l.MaxPooling2D({ poolSize: 3 }).options.poolSize).toEqualTypeOf<3>();
});
