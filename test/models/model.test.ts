import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  Add,
  BatchNormalization,
  Conv2D,
  Dense,
  Flatten,
  GlobalAveragePooling2D,
  Input,
  Lambda,
  Model,
  random,
  type SymbolicTensor,
  type Tensor,
  tensor,
  zeros,
} from '../../lib/index.js';
import { expectError, thrown } from '../support/errors.js';
import { twins } from './nets.js';

const x = (...shape: number[]) => random(shape, { seed: 3 }) as Tensor;

describe('Model', () => {
  it('runs several inputs and outputs with a shared layer', () => {
    const { a, b, both, score, shared } = twins();
    const model = new Model({ inputs: [a, b], outputs: [both, score], name: 'twins' });
    const [first, second] = [x(2, 4), zeros([2, 4]) as Tensor];
    const [joined, scored] = model.predictSync([first, second]);
    expect([joined.shape, scored.shape]).toEqual([
      [2, 6],
      [2, 1],
    ]);
    expect(joined.toArray()).toEqual(model.predictSync({ b: second, a: first })[0].toArray());
    expect([model.inputShape, model.outputShape]).toEqual([
      [
        [null, 4],
        [null, 4],
      ],
      [
        [null, 6],
        [null, 1],
      ],
    ]);
    expect(model.layers.map(({ name }) => name)).toEqual(['a', 'b', 'shared', 'both', 'score']);
    expect(model.countParams()).toBe(shared.countParams() + 7);
    const eager = model.applyAll([first, second]);
    expect(eager.map((y) => y.toArray())).toEqual([joined.toArray(), scored.toArray()]);
    expectError(() => model.apply([first, second]), 'ERR_ARGUMENT', 'applyAll');
  });

  it('returns outputs in the structure they were given in, and the types say so', async () => {
    const { a, b, both, score } = twins();
    const one = new Model({ inputs: { left: a, right: b }, outputs: score });
    const feed = { left: x(1, 4), right: x(1, 4) };
    expectTypeOf(one.predictSync(feed)).toExtend<Tensor>();
    expect(one.predictSync(feed).shape).toEqual([1, 1]);
    const list = await new Model({ inputs: [a, b], outputs: [score] }).predict([feed.left, feed.right]);
    expect(list).toHaveLength(1);
    const record = new Model({ inputs: [a, b], outputs: { joined: both, score } }).predictSync([
      feed.left,
      feed.right,
    ]);
    expectTypeOf(record.joined).toExtend<Tensor>();
    expect(Object.keys(record)).toEqual(['joined', 'score']);
  });

  it('is a layer: nested with several outputs, called twice', () => {
    const { a, b, both, score } = twins();
    const inner = new Model({ inputs: [a, b], outputs: [both, score], name: 'inner' });
    const [p, q] = [Input({ shape: [4], name: 'p' }), Input({ shape: [4], name: 'q' })];
    const [, first] = inner.applyAll([p, q]);
    const [, second] = inner.applyAll([q, p]);
    const model = new Model({
      inputs: [p, q],
      outputs: new Add({ name: 'sum' }).apply([first, second] as SymbolicTensor[]),
    });
    expect(model.countParams()).toBe(inner.countParams());
    const [left, right] = [x(3, 4), zeros([3, 4]) as Tensor];
    const want = inner.predictSync([left, right])[1].toArray() as number[][];
    const swapped = inner.predictSync([right, left])[1].toArray() as number[][];
    const got = model.predictSync([left, right]).toArray() as number[][];
    for (const i of [0, 1, 2])
      expect(got[i]?.[0]).toBeCloseTo((want[i]?.[0] as number) + (swapped[i]?.[0] as number), 5);
    const again = Model.fromConfig(JSON.parse(JSON.stringify(model.getConfig())));
    again.loadWeights(model.exportWeights());
    expect((again.predictSync([left, right]) as Tensor).toArray()).toEqual(got);
  });

  it('survives JSON in every structure', () => {
    const { a, b, both, score } = twins();
    for (const options of [
      { inputs: [a, b], outputs: [both, score] },
      { inputs: { left: a, right: b }, outputs: { joined: both, score } },
      { inputs: [b, a], outputs: score },
    ]) {
      const model = new Model(options as never) as Model;
      const config = JSON.parse(JSON.stringify(model.getConfig()));
      const again = Model.fromConfig(config);
      expect(again.getConfig()).toEqual(config);
      expect(again.layers.map(({ name }) => name)).toEqual(model.layers.map(({ name }) => name));
      again.setWeights(model.getWeights());
      const feed = [x(2, 4), x(2, 4)];
      expect(JSON.stringify(again.predictSync(feed))).toBe(JSON.stringify(model.predictSync(feed)));
    }
  });

  it('reads its layers from JSON in any order', () => {
    const { a, b, score } = twins();
    const config = JSON.parse(JSON.stringify(new Model({ inputs: [a, b], outputs: score }).getConfig()));
    config.layers.reverse();
    expect(Model.fromConfig(config).outputShape).toEqual([null, 1]);
  });

  const broken = (
    change: (config: { layers: Record<string, unknown>[] } & Record<string, unknown>) => void,
  ) => {
    const { a, b, score } = twins();
    const config = JSON.parse(JSON.stringify(new Model({ inputs: [a, b], outputs: score }).getConfig()));
    change(config);
    return config;
  };
  it.each([
    ['no layers', broken((config) => Reflect.deleteProperty(config, 'layers'))],
    ['a layer twice', broken(({ layers }) => layers.push(layers[0] as never))],
    ['a call of a layer that is not there', broken(({ layers }) => layers.splice(2, 1))],
    [
      'calls in a circle',
      broken(({ layers }) => {
        (layers[2] as { inboundNodes: unknown }).inboundNodes = [{ args: ['both', 0, 0] }];
      }),
    ],
    [
      'a call without inputs',
      broken(({ layers }) => {
        (layers[2] as { inboundNodes: unknown }).inboundNodes = [{ args: [] }];
      }),
    ],
    [
      'an output that is not there',
      broken((config) => {
        config.outputLayers = ['score', 3, 0];
      }),
    ],
    [
      'no outputs',
      broken((config) => {
        config.outputLayers = null;
      }),
    ],
    [
      'a call that is no object',
      broken(({ layers }) => {
        (layers[2] as { inboundNodes: unknown }).inboundNodes = ['x'];
      }),
    ],
  ])('refuses a config with %s', (_, config) => expectError(() => Model.fromConfig(config), 'ERR_FORMAT'));

  it.each<[string, () => unknown, string]>([
    ['no options', () => new Model(undefined as never), 'inputs'],
    ['no outputs', () => new Model({ inputs: twins().a, outputs: [] } as never), 'outputs'],
    [
      'an input that is not listed',
      () => {
        const { a, score } = twins();
        return new Model({ inputs: a, outputs: score });
      },
      'also depend on the input "b"',
    ],
    [
      'an input twice',
      () => {
        const { a } = twins();
        return new Model({ inputs: [a, a], outputs: a });
      },
      'twice',
    ],
    [
      'an input from the middle',
      () => {
        const { both, score } = twins();
        return new Model({ inputs: both, outputs: score });
      },
      '"both" is no input',
    ],
    [
      'tensors in place of symbolic ones',
      () => new Model({ inputs: x(1, 4) as never, outputs: x(1, 4) as never }),
      'symbolic',
    ],
    [
      'an unknown option',
      () => {
        const { a } = twins();
        return new Model({ inputs: a, outputs: a, nme: 'x' } as never);
      },
      'unknown option "nme"',
    ],
  ])('refuses %s', (_, body, text) => expectError(body, 'ERR_ARGUMENT', text));

  const model = () => {
    const { a, b, score } = twins();
    return new Model({ inputs: [a, b], outputs: score, name: 'twins' });
  };
  it.each<[string, unknown, string, string]>([
    ['one tensor for two inputs', x(1, 4), 'ERR_ARGUMENT', 'it has 2 inputs'],
    ['three tensors', [x(1, 4), x(1, 4), x(1, 4)], 'ERR_ARGUMENT', '2 inputs'],
    ['a missing name', { a: x(1, 4) }, 'ERR_ARGUMENT', 'input "b" is missing'],
    ['an unknown name', { a: x(1, 4), b: x(1, 4), c: x(1, 4) }, 'ERR_ARGUMENT', 'no input "c"'],
    ['an inherited name', Object.create({ a: x(1, 4), b: x(1, 4) }), 'ERR_ARGUMENT', 'missing'],
    ['no tensor', [x(1, 4), [[1, 2, 3, 4]]], 'ERR_ARGUMENT', 'input "b" must be a tensor'],
    ['a typed array', new Float32Array(4), 'ERR_ARGUMENT', 'must be a tensor'],
    ['nothing', undefined, 'ERR_ARGUMENT', 'must be a tensor'],
    [
      'a wrong size',
      [x(1, 4), x(1, 5)],
      'ERR_SHAPE',
      'Model "twins" input "b": the input must have the shape [null, 4]',
    ],
    ['no batch axis', [x(4), x(1, 4)], 'ERR_SHAPE', 'The batch axis is missing'],
    ['different batches', [x(1, 4), x(2, 4)], 'ERR_SHAPE', 'equally many samples'],
    ['another dtype', [x(1, 4), zeros([1, 4], 'int32')], 'ERR_DTYPE', 'float32'],
  ])('refuses to predict %s, now and later', async (_, feed, code, text) => {
    const error = thrown(() => model().predictSync(feed as never));
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(text)]);
    await expect(model().predict(feed as never)).rejects.toMatchObject({ code, message: error.message });
  });

  it('has outputs that need no computing: an input, a constant, the same one twice', () => {
    const a = Input({ shape: [2], name: 'a' });
    const constant = new Lambda({ function: () => tensor([1, 2, 3]) as Tensor, name: 'constant' }).apply(a);
    const flat = new Flatten().apply(a);
    const model = new Model({ inputs: a, outputs: [a, flat, flat, constant] });
    const given = tensor([[1, 2]]) as Tensor;
    expect(model.predictSync(given).map((y) => y.toArray())).toEqual([
      [[1, 2]],
      [[1, 2]],
      [[1, 2]],
      [1, 2, 3],
    ]);
    expect(model.predictSync(given)[0].data).not.toBe(given.data);
  });

  it('computes in channels first what it computes in channels last, with two transposes', () => {
    const build = (dataFormat: 'channelsFirst' | 'channelsLast') => {
      const options = { dataFormat, padding: 'same', activation: 'relu' } as const;
      const image = Input({ shape: dataFormat === 'channelsLast' ? [6, 6, 3] : [3, 6, 6] });
      const axis = dataFormat === 'channelsLast' ? -1 : 1;
      let y: SymbolicTensor = new Conv2D({ filters: 4, kernelSize: 3, ...options }).apply(image);
      const skip = y;
      y = new BatchNormalization({ axis }).apply(y);
      y = new Conv2D({ filters: 4, kernelSize: 3, ...options }).apply(y);
      y = new Add().apply([y, skip]);
      y = new GlobalAveragePooling2D({ dataFormat }).apply(y);
      return new Model({ inputs: image, outputs: new Dense({ units: 2 }).apply(y) });
    };
    const [last, first] = [build('channelsLast'), build('channelsFirst')];
    first.setWeights(last.getWeights());
    const image = x(2, 6, 6, 3);
    const data = image.data as Float32Array;
    const moved = Float32Array.from({ length: data.length }, (_, i) => {
      const [n, c, p] = [Math.floor(i / 108), Math.floor(i / 36) % 3, i % 36];
      return data[n * 108 + p * 3 + c] as number;
    });
    const [got, want] = [first.predictSync(tensor(moved, [2, 3, 6, 6]) as Tensor), last.predictSync(image)];
    for (const [i, value] of (want.data as Float32Array).entries())
      expect((got.data as Float32Array)[i]).toBeCloseTo(value, 5);
    expect(first.planInfo([2, 3, 6, 6]).nodes.filter(({ op }) => op === 'copy')).toHaveLength(1);
  });
});
