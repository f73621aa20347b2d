import { describe, expect, it } from 'vitest';
import { graphBetween, topologicalOrder } from '../../lib/graph/order.js';
import {
  Add,
  Concatenate,
  Dense,
  Flatten,
  Input,
  InputLayer,
  Lambda,
  relu,
  type SymbolicTensor,
  tensor,
} from '../../lib/index.js';
import { expectError } from '../support/errors.js';

const dense = (name: string) => new Dense({ units: 2, name });
const names = (outputs: SymbolicTensor[]) => topologicalOrder(outputs).map(({ layer }) => layer.name);

describe('Input', () => {
  it.each([
    [{ shape: [28, 28, 1] }, [null, 28, 28, 1]],
    [{ shape: [null, 3], batchSize: 4 }, [4, null, 3]],
    [{ shape: [] }, [null]],
    [{ batchShape: [2, 3] }, [2, 3]],
  ])('%j has the shape %j', (options, shape) => expect(Input(options).shape).toEqual(shape));

  it.each([
    [{}, 'ERR_ARGUMENT'],
    [undefined, 'ERR_ARGUMENT'],
    [{ shape: [3], batchShape: [1, 3] }, 'ERR_ARGUMENT'],
    [{ batchShape: [] }, 'ERR_ARGUMENT'],
    [{ batchShape: [1, 3], batchSize: 2 }, 'ERR_ARGUMENT'],
    [{ shape: [-1] }, 'ERR_SHAPE'],
    [{ shape: [1.5] }, 'ERR_SHAPE'],
    [{ shape: [2 ** 53] }, 'ERR_SHAPE'],
    [{ shape: 'x' }, 'ERR_SHAPE'],
    [{ shape: [3], batchSize: 0 }, 'ERR_ARGUMENT'],
    [{ shape: [3], dtype: 'float16' }, 'ERR_DTYPE'],
    [{ shape: [3], nme: 'x' }, 'ERR_ARGUMENT'],
    [{ shape: [3], name: 'a/b' }, 'ERR_ARGUMENT'],
  ] as const)('refuses %j', (options, code) => expectError(() => Input(options as never), code));

  it('keeps dtype and name, and survives JSON', () => {
    const input = Input({ shape: [3], dtype: 'int32', name: 'tokens' });
    expect([input.dtype, input.name, input.rank]).toEqual(['int32', 'tokens', 2]);
    const again = InputLayer.fromConfig(input.producer.layer.getConfig()) as InputLayer;
    expect(again.getConfig()).toEqual({ name: 'tokens', batchShape: [null, 3], dtype: 'int32' });
  });
});

describe('symbolic tensors', () => {
  it('grow a graph when layers are applied', () => {
    const x = Input({ shape: [4], name: 'x' });
    const y = dense('d').apply(x);
    expect([y.shape, y.dtype, y.name, y.index]).toEqual([[null, 2], 'float32', 'd', 0]);
    expect(y.producer.inputs).toEqual([x]);
    expect(String(y)).toBe('SymbolicTensor "d" float32[null, 2]');
  });

  it('are refused by ops, which points to Lambda', () => {
    const x = Input({ shape: [4] });
    expectError(() => relu(x as never), 'ERR_ARGUMENT');
    expectError(() => x.data, 'ERR_ARGUMENT', 'Lambda');
    expect(new Lambda({ function: (t) => relu(t as never) }).apply(x).shape).toEqual([null, 4]);
  });

  it('do not mix with tensors', () => {
    const x = Input({ shape: [4] });
    expectError(() => new Add().apply([x, tensor([[1, 2, 3, 4]])] as never), 'ERR_ARGUMENT', 'all');
    expectError(() => new Add().apply([] as never), 'ERR_ARGUMENT', 'at least one');
    expectError(() => dense('d').apply(4 as never), 'ERR_ARGUMENT', 'tensors');
  });

  it('show an error of shapes at the layer that made it, and leave it unbuilt', () => {
    const layer = new Dense({ units: 2, name: 'head' });
    expectError(() => layer.apply(Input({ shape: [null] }) as never), 'ERR_SHAPE', 'Dense "head"');
    expect(layer.built).toBe(false);
    expect(layer.weights).toEqual([]);
  });
});

describe('topologicalOrder', () => {
  it('lists every call after those it depends on, once', () => {
    const x = Input({ shape: [2], name: 'x' });
    const a = dense('a').apply(x);
    const b = dense('b').apply(a);
    const sum = new Add({ name: 'sum' }).apply([a, b]);
    expect(names([sum])).toEqual(['x', 'a', 'b', 'sum']);
    expect(names([b, a, sum, sum])).toEqual(['x', 'a', 'b', 'sum']);
  });

  it('goes through a graph of 20,000 calls without recursion', () => {
    const layer = new Lambda({ function: (t) => t });
    let x: SymbolicTensor = Input({ shape: [1] });
    for (let i = 0; i < 20_000; i++) x = layer.apply(x);
    expect(topologicalOrder([x])).toHaveLength(20_001);
    expect(
      graphBetween('test', [topologicalOrder([x])[0]?.outputs[0] as SymbolicTensor], [x]).layers,
    ).toHaveLength(2);
  });
});

describe('graphBetween', () => {
  it('lists layers as Keras does: farthest from the outputs first, equals as the outputs meet them', () => {
    const a = Input({ shape: [2], name: 'a' });
    const b = Input({ shape: [2], name: 'b' });
    const left = dense('left').apply(a);
    const deep = dense('deep2').apply(dense('deep1').apply(b));
    const out = new Concatenate({ name: 'cat' }).apply([left, deep]);
    const { layers } = graphBetween('test', [a, b], [out]);
    expect(layers.map(({ name }) => name)).toEqual(['b', 'a', 'deep1', 'left', 'deep2', 'cat']);
  });

  it('lists a shared layer once, and an input that nothing uses', () => {
    const x = Input({ shape: [2], name: 'x' });
    const unused = Input({ shape: [5], name: 'unused' });
    const shared = dense('shared');
    const { layers, nodes } = graphBetween('test', [x, unused], [shared.apply(shared.apply(x))]);
    expect(layers.map(({ name }) => name)).toEqual(['x', 'shared', 'unused']);
    expect(nodes).toHaveLength(3);
  });

  it('refuses an input that is not listed and names used twice', () => {
    const [x, y] = [Input({ shape: [2], name: 'x' }), Input({ shape: [2], name: 'y' })];
    expectError(() => graphBetween('Model "m"', [x], [new Add().apply([x, y])]), 'ERR_ARGUMENT', 'input "y"');
    const twice = new Flatten({ name: 'f' }).apply(new Flatten({ name: 'f' }).apply(x));
    expectError(() => graphBetween('Model "m"', [x], [twice]), 'ERR_ARGUMENT', 'two layers are called "f"');
  });
});
