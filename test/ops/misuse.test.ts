import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../lib/errors.js';
import * as ops from '../../lib/index.js';
import { ones, tensor, zeros } from '../../lib/tensor/create.js';
import { Tensor } from '../../lib/tensor/tensor.js';
import { Trace } from '../../lib/tensor/traced.js';
import { expectError } from '../support/errors.js';

// As wide as these are, the compiler lets every wrong call through.
const x: Tensor = ones([2, 3]);
const ints: Tensor = ones([2, 3], 'int32');
const bools: Tensor = tensor([true, false]);
const any = (value: unknown) => value as never;

const table: readonly [title: string, body: () => unknown, code: ErrorCode, text: string][] = [
  [
    'an array for a tensor',
    () => ops.relu(any([1, 2])),
    'ERR_ARGUMENT',
    'relu: x must be a Tensor. Received x=[1, 2]. Use tensor(x).',
  ],
  ['undefined for a tensor', () => ops.reshape(any(undefined), [1]), 'ERR_ARGUMENT', 'x must be a Tensor'],
  ['two numbers', () => ops.add(1, 2), 'ERR_ARGUMENT', 'at least one operand must be a Tensor'],
  ['an array operand', () => ops.add(x, any([1, 2, 3])), 'ERR_ARGUMENT', 'b must be a Tensor or a number'],
  ['null', () => ops.add(x, any(null)), 'ERR_ARGUMENT', 'b must be a Tensor or a number'],
  [
    'two dtypes',
    () => ops.add(x, ints),
    'ERR_DTYPE',
    'add: both operands must have one dtype. Received a="float32", b="int32". Use cast(b, \'float32\').',
  ],
  [
    'a fraction for an int32',
    () => ops.add(ints, 0.5),
    'ERR_DTYPE',
    'does not fit into the int32 of the other operand',
  ],
  ['a number that a uint8 cannot hold', () => ops.add(ones([2], 'uint8'), 256), 'ERR_DTYPE', 'uint8'],
  ['a number beyond int32', () => ops.mul(ints, 2 ** 31), 'ERR_DTYPE', 'int32'],
  ['NaN for an integer', () => ops.mul(ints, Number.NaN), 'ERR_DTYPE', 'int32'],
  ['a bigint for a float', () => ops.mul(x, 1n), 'ERR_DTYPE', 'Use a number'],
  ['arithmetic on bool', () => ops.add(bools, bools), 'ERR_DTYPE', 'not bool'],
  ['division of integers', () => ops.div(ints, 2), 'ERR_DTYPE', "Use cast(a, 'float32')"],
  [
    'a float function of integers',
    () => ops.exp(ints),
    'ERR_DTYPE',
    'exp: x must be float32 or float64. Received x="int32". Use cast(x, \'float32\').',
  ],
  ['the mean of integers', () => ops.mean(ints), 'ERR_DTYPE', "Use cast(x, 'float32')"],
  ['softmax of integers', () => ops.softmax(ints), 'ERR_DTYPE', 'softmax'],
  ['shapes that do not broadcast', () => ops.add(x, ones([2])), 'ERR_SHAPE', '3 meets 2 at axis -1'],
  [
    'a condition that does not broadcast',
    () => ops.where(ops.less(ones([4]), 0), ones([3]) as Tensor, 1),
    'ERR_SHAPE',
    'condition=[4], a=[3], b=[]',
  ],
  ['a condition that is not bool', () => ops.where(x, x, x), 'ERR_DTYPE', "Use cast(condition, 'bool')"],
  ['branches of two dtypes', () => ops.where(bools, x, ints), 'ERR_DTYPE', 'one dtype'],
  ['clip the wrong way round', () => ops.clip(x, 2, 1), 'ERR_ARGUMENT', 'min at most max'],
  ['clip to NaN', () => ops.clip(x, Number.NaN, 1), 'ERR_ARGUMENT', 'min at most max'],
  ['leakyRelu of NaN', () => ops.leakyRelu(x, Number.NaN), 'ERR_ARGUMENT', 'alpha must be a finite number'],
  ['celu of 0', () => ops.celu(x, 0), 'ERR_ARGUMENT', 'alpha must not be 0'],
  [
    'a misspelt option',
    () => ops.sum(x, any({ keepdims: true })),
    'ERR_ARGUMENT',
    'sum: unknown option "keepdims". Known options: axis, keepDims.',
  ],
  ['a number for the options', () => ops.sum(x, any(1)), 'ERR_ARGUMENT', 'options must be an object'],
  [
    'keepDims that is no boolean',
    () => ops.sum(x, { keepDims: any(1) }),
    'ERR_ARGUMENT',
    'keepDims must be true or false',
  ],
  [
    'an axis out of range',
    () => ops.sum(x, { axis: 2 }),
    'ERR_SHAPE',
    'sum: axis is out of range for a tensor of rank 2. Received axis=2. Use -2 to 1.',
  ],
  ['an axis twice', () => ops.sum(x, { axis: [0, -2] }), 'ERR_ARGUMENT', 'must not name an axis twice'],
  ['an axis that is no integer', () => ops.softmax(x, 0.5), 'ERR_ARGUMENT', 'axis must be an integer'],
  ['softmax over no axis', () => ops.softmax(x, []), 'ERR_ARGUMENT', 'at least one axis'],
  ['flatten backwards', () => ops.flatten(x, 1, 0), 'ERR_ARGUMENT', 'fromAxis must not come after toAxis'],
  ['softmax of a scalar', () => ops.softmax(ones([])), 'ERR_SHAPE', 'A scalar has no axes'],
  [
    'the largest of none',
    () => ops.max(zeros([0, 3]) as Tensor, { axis: 0 }),
    'ERR_SHAPE',
    'there is no max of no elements: axis 0 has size 0',
  ],
  [
    'the index of the largest of none',
    () => ops.argMax(zeros([0]) as Tensor),
    'ERR_SHAPE',
    'there is no argMax of no elements',
  ],
  [
    'logSumExp of none',
    () => ops.logSumExp(zeros([0]) as Tensor),
    'ERR_SHAPE',
    'there is no logSumExp of no elements',
  ],
  [
    'argMax over two axes',
    () => ops.argMax(x, { axis: any([0, 1]) }),
    'ERR_ARGUMENT',
    'axis must be an integer',
  ],
  [
    'reshape to another size',
    () => ops.reshape(x, any([4])),
    'ERR_SHAPE',
    '6 elements cannot fill a shape of 4',
  ],
  ['reshape to null', () => ops.reshape(x, any([null, 3])), 'ERR_ARGUMENT', 'Use -1'],
  [
    'squeeze of a real axis',
    () => ops.squeeze(x, 1),
    'ERR_SHAPE',
    'axis 1 has size 3, only axes of size 1 can go',
  ],
  [
    'expandDims beyond the rank',
    () => ops.expandDims(x, 4),
    'ERR_SHAPE',
    'out of range for a tensor of rank 3',
  ],
  ['a permutation that is none', () => ops.transpose(x, [0, 0]), 'ERR_SHAPE', 'each of the 2 axes once'],
  ['moveaxis of unequal lists', () => ops.moveaxis(x, [0, 1], [0]), 'ERR_ARGUMENT', 'equally many axes'],
  [
    'moveaxis of an axis twice',
    () => ops.moveaxis(x, [0, 0], [0, 1]),
    'ERR_ARGUMENT',
    'source must not name an axis twice',
  ],
  ['concat of nothing', () => ops.concat([]), 'ERR_ARGUMENT', 'at least one tensor'],
  ['concat of one tensor, not a list', () => ops.concat(any(x)), 'ERR_ARGUMENT', 'must be an array'],
  ['concat with a number', () => ops.concat([x, any(1)]), 'ERR_ARGUMENT', 'tensors[1] must be a Tensor'],
  ['concat of two dtypes', () => ops.concat([x, ints]), 'ERR_DTYPE', 'tensors[1]="int32"'],
  ['concat of scalars', () => ops.concat([ones([]) as Tensor, ones([])]), 'ERR_SHAPE', 'Use stack(tensors)'],
  ['concat of unequal sizes', () => ops.concat([x, ones([3, 3])], 1), 'ERR_SHAPE', 'only axis 1 may differ'],
  [
    'stack of unequal shapes',
    () => ops.stack([x, ones([3, 2])]),
    'ERR_SHAPE',
    'all tensors must have one shape',
  ],
  [
    'split into unequal parts',
    () => ops.split(x, 2, 1),
    'ERR_SHAPE',
    'an axis of 3 does not divide into 2 equal parts',
  ],
  [
    'split of an unknown axis',
    () => ops.split(new Trace().input([null, 2], 'float32'), 2),
    'ERR_SHAPE',
    'not known',
  ],
  [
    'slice with too many items',
    () => ops.slice(x, [0, 0, 0]),
    'ERR_ARGUMENT',
    'begin has 3 items for a tensor of rank 2',
  ],
  ['slice by 0', () => ops.slice(x, [0], [1], [0]), 'ERR_ARGUMENT', 'strides must not be 0'],
  [
    'take outside',
    () => ops.take(x, 2),
    'ERR_ARGUMENT',
    'the index is outside axis 0 of size 2. Received index=2',
  ],
  [
    'gather outside, by a number',
    () => ops.gather(x, -3),
    'ERR_ARGUMENT',
    'gather: the index is outside axis 0',
  ],
  ['gather outside, by a list', () => ops.gather(x, [0, 2]), 'ERR_ARGUMENT', 'out of range'],
  ['gather by fractions', () => ops.gather(x, [0.5]), 'ERR_DTYPE', 'does not fit into int32'],
  ['gather by floats', () => ops.gather(x, zeros([1])), 'ERR_DTYPE', "Use cast(indices, 'int32')"],
  [
    'gather of an empty axis',
    () => ops.gather(zeros([0, 2]) as Tensor, [0]),
    'ERR_ARGUMENT',
    'no elements to index',
  ],
  [
    'tile by a negative number',
    () => ops.tile(x, -1),
    'ERR_ARGUMENT',
    'every repetition must be an integer of at least 0',
  ],
  ['tile beyond memory', () => ops.tile(x, [2 ** 40, 1]), 'ERR_SHAPE', 'GiB of memory'],
  ['tile beyond integers', () => ops.tile(x, [2 ** 52, 2 ** 52]), 'ERR_SHAPE', 'too many elements'],
  ['repeat beyond memory', () => ops.repeat(x, 2 ** 45), 'ERR_SHAPE', 'GiB of memory'],
  ['repeat each beyond memory', () => ops.repeat(x, [2 ** 45, 1], 0), 'ERR_SHAPE', 'GiB of memory'],
  ['repeat with the wrong number of counts', () => ops.repeat(x, [1], 1), 'ERR_SHAPE', 'axis 1 of size 3'],
  [
    'broadcastTo another size',
    () => ops.broadcastTo(x, [2, 4]),
    'ERR_SHAPE',
    'axis 1 cannot be repeated from 3 to 4',
  ],
  ['broadcastTo beyond memory', () => ops.broadcastTo(ones([1]), [2 ** 45]), 'ERR_SHAPE', 'GiB of memory'],
  [
    'broadcasting beyond memory',
    () => ops.add(ones([2 ** 20, 1]), ones([2 ** 20])),
    'ERR_SHAPE',
    'GiB of memory',
  ],
  ['cast to nothing', () => ops.cast(x, any('float16')), 'ERR_DTYPE', 'dtype must be one of'],
  [
    'an unknown activation',
    () => ops.applyActivation(x, any('rellu')),
    'ERR_ARGUMENT',
    'unknown activation. Received activation="rellu". Known: linear, relu,',
  ],
  [
    'an activation named like a method of Object',
    () => ops.applyActivation(x, any('constructor')),
    'ERR_ARGUMENT',
    'unknown activation',
  ],
  [
    'a constant that the activation has not',
    () => ops.applyActivation(x, { name: 'relu', alpha: 1 }),
    'ERR_ARGUMENT',
    'has no alpha',
  ],
  [
    'an activation function that returns no tensor',
    () =>
      ops.applyActivation(
        x,
        any(() => 1),
      ),
    'ERR_ARGUMENT',
    'must return a Tensor',
  ],
  [
    'an activation function that changes the shape',
    () => ops.applyActivation(x, (y) => ops.expandDims(y, 0)),
    'ERR_SHAPE',
    'must keep the shape',
  ],
  [
    'an activation function that changes the dtype',
    () => ops.applyActivation(x, (y) => any(ops.cast(y, 'int32'))),
    'ERR_DTYPE',
    'must keep the dtype',
  ],
];

describe('misuse', () => {
  it.each(table)('%s', (_title, body, code, text) => {
    expectError(body, code, text);
  });

  it('reads each option once, so that a getter cannot change its answer after the check', () => {
    let reads = 0;
    const options = {
      get axis() {
        return reads++ === 0 ? 1 : 1e9;
      },
    };
    expect(ops.sum(x, options).toArray()).toEqual([3, 3]);
    expect(reads).toBe(1);
  });

  it('runs no kernel on an array that lies about its length', () => {
    class Lying extends Float32Array {
      override get length() {
        return 1_000_000;
      }
    }
    const lying = new Tensor(new Lying(4) as Float32Array, [1_000_000], 'float32');
    expect(() => ops.relu(lying)).toThrow(expect.objectContaining({ code: expect.stringMatching(/^ERR_/) }));
  });

  it('refuses a tensor whose memory was transferred, and runs no kernel on it', () => {
    const gone: Tensor = ones([4]);
    structuredClone(gone.data.buffer, { transfer: [gone.data.buffer as ArrayBuffer] });
    expectError(() => ops.relu(gone), 'ERR_STATE', 'transferred');
    expectError(() => ops.reshape(gone, [2, 2]), 'ERR_STATE', 'transferred');
  });
});

describe('applyActivation', () => {
  const v = tensor([-1, 0, 2]);
  it('applies every name', () => {
    for (const name of ops.ACTIVATIONS) expect(ops.applyActivation(v, name).shape, name).toEqual([3]);
  });
  it('takes constants, functions and nothing', () => {
    expect(ops.applyActivation(v, { name: 'leakyRelu', alpha: 0.5 }).toArray()).toEqual([-0.5, 0, 2]);
    expect(ops.applyActivation(v, (y) => ops.mul(y, 2)).toArray()).toEqual([-2, 0, 4]);
    expect(ops.applyActivation(v, null)).toBe(v);
    expect(ops.applyActivation(v, 'linear')).toBe(v);
    expect(ops.sum(ops.applyActivation(v, 'softmax')).at()).toBeCloseTo(1, 6);
    expect(ops.applyActivation(ones([2], 'int32'), 'relu').dtype).toBe('int32');
  });
});
