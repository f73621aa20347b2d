import { describe, expect, it } from 'vitest';
import {
  Conv2D,
  Dense,
  Dropout,
  Embedding,
  Flatten,
  Input,
  Layer,
  MaxPooling2D,
  Model,
  ones,
  random,
  registerLayer,
  relu,
  Sequential,
  type Shape,
  type Tensor,
  type TensorOrList,
  tensor,
  zeros,
} from '../../lib/index.js';
import { expectError } from '../support/errors.js';

const small = (name?: string) =>
  new Sequential({
    name,
    layers: [
      new Conv2D({ filters: 4, kernelSize: 3, activation: 'relu', inputShape: [8, 8, 2], name: 'conv' }),
      new MaxPooling2D({ name: 'pool' }),
      new Flatten({ name: 'flat' }),
      new Dense({ units: 3, activation: 'softmax', name: 'head' }),
    ],
  });

const x = (batch: number) => random([batch, 8, 8, 2], { seed: 5 }) as Tensor;

describe('Sequential', () => {
  it('infers shapes at construction from inputShape, batchInputShape, Input and a nested model', () => {
    const dense = () => new Dense({ units: 3 });
    expect(new Sequential([new Dense({ units: 3, inputShape: [4] })]).outputShape).toEqual([null, 3]);
    expect(new Sequential([new Dense({ units: 3, batchInputShape: [2, 4] })]).outputShape).toEqual([2, 3]);
    expect(new Sequential([Input({ shape: [4] }), dense()]).outputShape).toEqual([null, 3]);
    expect(new Sequential([Input({ shape: [4] }).producer.layer, dense()]).inputShape).toEqual([null, 4]);
    const inner = new Sequential([new Dense({ units: 7, inputShape: [4] })]);
    expect(new Sequential([inner, dense()]).inputShape).toEqual([null, 4]);
    const model = new Sequential();
    model.add(Input({ shape: [4] }));
    model.add(dense());
    expect([model.inputShape, model.outputShape]).toEqual([
      [null, 4],
      [null, 3],
    ]);
  });

  it('waits for the first input when nothing says what it takes', () => {
    const model = new Sequential([new Flatten(), new Dense({ units: 3 })]);
    expect(model.built).toBe(false);
    for (const read of [
      () => model.outputShape,
      () => model.countParams(),
      () => model.inputs,
      () => model.planInfo(),
    ]) {
      expectError(read, 'ERR_STATE');
    }
    expectError(() => model.loadWeights({}), 'ERR_STATE', 'inputShape');
    expect(model.summary()).toContain('?');
    expect(model.predictSync(x(2)).shape).toEqual([2, 3]);
    expect([model.inputShape, model.countParams()]).toEqual([[null, 8, 8, 2], 128 * 3 + 3]);
    expect(model.predictSync(x(5)).shape).toEqual([5, 3]);
    expectError(() => model.predictSync(zeros([2, 9, 8, 2]) as Tensor), 'ERR_SHAPE', '[null, 8, 8, 2]');
  });

  it.each([
    ['apply', (model: Sequential) => model.apply(x(2))],
    ['computeOutputShape', (model: Sequential) => model.computeOutputShape([2, 8, 8, 2])],
    ['warmup', (model: Sequential) => model.warmup([2, 8, 8, 2])],
  ])('takes any batch after %s has built it', (_, use) => {
    const model = new Sequential([new Flatten(), new Dense({ units: 3 })]);
    use(model);
    expect(model.inputShape).toEqual([null, 8, 8, 2]);
    expect(model.predictSync(x(5)).shape).toEqual([5, 3]);
  });

  it('is built by build, once', () => {
    const model = new Sequential([new Dense({ units: 3, name: 'd' })]);
    model.build([null, 4]);
    const kernel = model.getWeight('d/kernel').value;
    model.build([null, 4]);
    expect(model.getWeight('d/kernel').value).toBe(kernel);
    expect(model.computeOutputShape([7, 4])).toEqual([7, 3]);
    expectError(() => new Sequential().build([null, 4]), 'ERR_STATE', 'no layers');
    expectError(() => new Sequential().predictSync(x(1)), 'ERR_STATE', 'no layers');
  });

  it('computes what its layers compute one by one', () => {
    const model = small();
    let y = x(3);
    for (const layer of model.layers) y = layer.apply(y);
    expect(model.predictSync(x(3)).toArray()).toEqual(y.toArray());
    expect(model.apply(x(3)).toArray()).toEqual(y.toArray());
  });

  it('takes its first input dtype from its first layer', () => {
    const model = new Sequential([new Embedding({ inputDim: 5, outputDim: 2, inputShape: [3] })]);
    expect(model.inputs[0]?.dtype).toBe('int32');
    expect(model.predictSync(tensor([[0, 1, 4]], [1, 3], 'int32') as Tensor).shape).toEqual([1, 3, 2]);
  });

  it('grows and shrinks', () => {
    const model = small();
    const head = model.pop();
    expect([head.name, model.outputShape]).toEqual(['head', [null, 36]]);
    expect(model.predictSync(x(1)).shape).toEqual([1, 36]);
    model.add(new Dense({ units: 5, name: 'other' }));
    expect(model.predictSync(x(1)).shape).toEqual([1, 5]);
    while (model.layers.length > 0) model.pop();
    expect(model.built).toBe(false);
    expectError(() => model.pop(), 'ERR_STATE');
  });

  it('names the layer that does not fit, and stays as it was', () => {
    const model = small();
    expectError(
      () => model.add(new Conv2D({ filters: 1, kernelSize: 3, name: 'late' }) as never),
      'ERR_SHAPE',
      'Conv2D "late"',
    );
    expect(model.layers.map(({ name }) => name)).toEqual(['conv', 'pool', 'flat', 'head']);
    expectError(
      () =>
        new Sequential([
          Input({ shape: [5, 5, 3] as Shape }),
          new Conv2D({ filters: 1, kernelSize: 7, name: 'conv1' }),
        ]),
      'ERR_SHAPE',
      'Conv2D "conv1": the window is wider than the padded input. Received input=[null, 5, 5, 3]',
    );
  });

  it.each<[string, () => unknown, string]>([
    ['what is no layer', () => new Sequential([relu as never]), 'made of layers'],
    [
      'a tensor that is no input',
      () => new Sequential([new Flatten().apply(Input({ shape: [3] }))]),
      'made of layers',
    ],
    ['an input after a layer', () => new Sequential([new Flatten(), Input({ shape: [3] })]), 'come first'],
    ['two inputs', () => new Sequential([Input({ shape: [3] }), Input({ shape: [3] })]), 'come first'],
    [
      'two layers of one name',
      () => new Sequential([new Flatten({ name: 'f' }), new Flatten({ name: 'f' })]),
      '"f"',
    ],
    ['an unknown option', () => new Sequential({ layer: [] } as never), 'unknown option "layer"'],
    ['a layer that is missing', () => small().getLayer('missing'), '"missing"'],
    ['a layer out of range', () => small().getLayer({ index: 9 }), 'no such layer'],
  ])('refuses %s', (_, body, text) => expectError(body, 'ERR_ARGUMENT', text));

  it('finds layers and weights by name', () => {
    const model = small();
    expect(model.getLayer('pool')).toBe(model.layers[1]);
    expect(model.getLayer({ index: -1 }).name).toBe('head');
    expect([...model.namedWeights().keys()]).toEqual([
      'conv/kernel',
      'conv/bias',
      'head/kernel',
      'head/bias',
    ]);
    expect(model.getWeight('conv/kernel').shape).toEqual([3, 3, 2, 4]);
    expectError(() => model.getWeight('conv/kernal'), 'ERR_ARGUMENT', 'conv/kernel');
  });

  it('survives JSON, built or not', () => {
    const model = small('net');
    const again = Sequential.fromConfig(JSON.parse(JSON.stringify(model.getConfig())));
    again.setWeights(model.getWeights());
    expect(again.getConfig()).toEqual(model.getConfig());
    expect(again.predictSync(x(2)).data).toEqual(model.predictSync(x(2)).data);
    const deferred = new Sequential([new Dense({ units: 2 })]);
    expect(Sequential.fromConfig(JSON.parse(JSON.stringify(deferred.getConfig()))).built).toBe(false);
    deferred.build([null, 6]);
    expect(Sequential.fromConfig(JSON.parse(JSON.stringify(deferred.getConfig()))).outputShape).toEqual([
      null,
      2,
    ]);
    const withInput = new Sequential([Input({ shape: [4], dtype: 'float64', name: 'in' }), new Flatten()]);
    expect(Sequential.fromConfig(withInput.getConfig()).inputs[0]?.dtype).toBe('float64');
  });

  it.each([
    null,
    [],
    { layers: 4 },
    { layers: [{}] },
    { layers: [{ className: 'Nope', config: {} }] },
    { layers: [{ className: 'toString', config: {} }] },
    { layers: [{ className: 'Dense', config: null }] },
  ])('refuses the config %j', (config) =>
    expectError(() => Sequential.fromConfig(config as never), 'ERR_FORMAT'),
  );
});

describe('a layer of the user', () => {
  class Twice extends Layer {
    static override className = 'Twice';
    constructor(options: { name?: string } = {}) {
      super(options, []);
    }
    call(inputs: TensorOrList) {
      return relu(this.oneInput(inputs));
    }
  }

  it('works in a model and in JSON once it is registered', () => {
    registerLayer(Twice);
    const model = new Sequential([new Twice({ name: 'twice' }), new Dropout({ rate: 0.5 })]);
    expect(model.predictSync(tensor([[-1, 2]]) as Tensor).toArray()).toEqual([[0, 2]]);
    expect(Sequential.fromConfig(model.getConfig()).layers[0]).toBeInstanceOf(Twice);
    class Other extends Layer {
      static override className = 'Twice';
      call(inputs: TensorOrList) {
        return inputs;
      }
    }
    expectError(() => registerLayer(Other as never), 'ERR_ARGUMENT', 'another class');
    class Nameless extends Twice {}
    expectError(() => registerLayer(Nameless), 'ERR_ARGUMENT', 'className');
  });
});

describe('a nested Sequential', () => {
  it("is a layer: its weights are the outer model's, under its name", () => {
    const image = Input({ shape: [8, 8, 2] });
    const backbone = small('backbone');
    const model = new Model({
      inputs: image,
      outputs: new Dense({ units: 2, name: 'top' }).apply(backbone.apply(image)),
    });
    expect([...model.namedWeights().keys()].slice(0, 2)).toEqual([
      'backbone/conv/kernel',
      'backbone/conv/bias',
    ]);
    expect(model.countParams()).toBe(backbone.countParams() + 8);
    const before = model.predictSync(x(1)).toArray();
    backbone.getWeight('head/bias').assign(tensor([5, 0, 0]) as Tensor);
    expect(model.predictSync(x(1)).toArray()).not.toEqual(before);
    expect(model.planInfo([1, 8, 8, 2]).nodes[0]?.name).toBe('backbone/conv');
  });

  it('is built when the outer one is', () => {
    const inner = new Sequential({ name: 'inner', layers: [new Dense({ units: 3, name: 'd' })] });
    const outer = new Sequential([inner, new Dense({ units: 1 })]);
    expect(outer.predictSync(ones([2, 4]) as Tensor).shape).toEqual([2, 1]);
    expect(inner.outputShape).toEqual([null, 3]);
  });
});
