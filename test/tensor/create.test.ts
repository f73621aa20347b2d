import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { arange, clone, eye, full, linspace, ones, scalar, tensor, zeros } from '../../lib/tensor/create.js';
import { Tensor } from '../../lib/tensor/tensor.js';
import { expectError } from '../support/errors.js';

describe('tensor of a typed array', () => {
  it.each([
    [new Float32Array(6), 'float32'],
    [new Float64Array(6), 'float64'],
    [new Int32Array(6), 'int32'],
    [new BigInt64Array(6), 'int64'],
    [new Uint8Array(6), 'uint8'],
  ] as const)('uses the memory of %o as %s', (data, dtype) => {
    const x = tensor(data, [2, 3]);
    expect(x.dtype).toBe(dtype);
    expect(x.data).toBe(data);
    expect(x.shape).toEqual([2, 3]);
    expect([x.rank, x.size, x.byteLength]).toEqual([2, 6, data.byteLength]);
    expect(tensor(data).shape).toEqual([6]);
    expect(tensor(data, [3, -1]).shape).toEqual([3, 2]);
  });

  it('uses a view at an offset of a larger buffer', () => {
    const buffer = new Float32Array([0, 1, 2, 3, 4, 5]).buffer;
    const x = tensor(new Float32Array(buffer, 8, 2));
    expect(x.toArray()).toEqual([2, 3]);
    new Float32Array(buffer)[2] = 7;
    expect(x.at(0)).toBe(7);
  });

  it('takes subclasses, Buffers, clamped arrays and arrays of another realm as plain views of the same memory', () => {
    class Mine extends Float32Array {
      override get length() {
        return 1_000_000;
      }
    }
    const mine = new Mine(4);
    const x = tensor(mine as Float32Array, [2, 2]);
    expect(Object.getPrototypeOf(x.data)).toBe(Float32Array.prototype);
    expect(x.data.length).toBe(4);
    expect(x.data.buffer).toBe(mine.buffer);

    const lying = new Float32Array(4);
    Object.defineProperty(lying, 'length', { value: 1_000_000 });
    expect(tensor(lying).shape).toEqual([4]);

    const bytes = Buffer.from([1, 2, 3]);
    expect(tensor(bytes).dtype).toBe('uint8');
    expect(tensor(bytes).data.buffer).toBe(bytes.buffer);
    expect(tensor(new Uint8ClampedArray([9, 300])).toArray()).toEqual([9, 255]);

    const foreign = runInNewContext('new Float32Array([1, 2])') as Float32Array;
    const y = tensor(foreign);
    expect(y.data).toBeInstanceOf(Float32Array);
    expect(y.toArray()).toEqual([1, 2]);
  });

  it('refuses memory that is shared, resizable or gone', () => {
    expectError(
      () => tensor(new Float32Array(new SharedArrayBuffer(8))),
      'ERR_ARGUMENT',
      'SharedArrayBuffer',
    );
    const resizable = new (ArrayBuffer as unknown as new (n: number, o: object) => ArrayBuffer)(8, {
      maxByteLength: 16,
    });
    expectError(() => tensor(new Float32Array(resizable)), 'ERR_ARGUMENT', 'resizable');
    const moved = new Float32Array(2);
    structuredClone(moved.buffer, { transfer: [moved.buffer] });
    expectError(() => tensor(moved), 'ERR_ARGUMENT', 'transferred');
    expectError(() => tensor(moved, [2]), 'ERR_ARGUMENT', 'transferred');
  });

  it('notices when the memory goes after the tensor was made', () => {
    const x = tensor(new Float32Array(4), [2, 2]);
    structuredClone(x.data.buffer, { transfer: [x.data.buffer as ArrayBuffer] });
    expect(x.size).toBe(4);
    expectError(() => x.data, 'ERR_STATE', 'transferred');
    expectError(() => x.at(0, 0), 'ERR_STATE', 'transferred');
    expectError(() => x.toArray(), 'ERR_STATE', 'transferred');
  });

  it('refuses other dtypes than the array has, and other views', () => {
    expectError(
      () => tensor(new Float32Array(2), [2], 'float64'),
      'ERR_DTYPE',
      "Use cast(tensor(data, shape), 'float64')",
    );
    expectError(() => tensor(new Int16Array(2)), 'ERR_DTYPE', 'no dtype for a Int16Array');
    expectError(() => tensor(new DataView(new ArrayBuffer(8))), 'ERR_DTYPE', 'no dtype for a DataView');
    expectError(
      () => tensor(new Float32Array(2), [2], 'float16' as never),
      'ERR_DTYPE',
      'dtype must be one of',
    );
  });

  it('takes bytes of 0 and 1 as bool', () => {
    expect(tensor(Uint8Array.of(0, 1), [2], 'bool').toArray()).toEqual([false, true]);
    expectError(() => tensor(Uint8Array.of(0, 2), [2], 'bool'), 'ERR_DTYPE', 'data[1]=2');
  });

  it.each([
    [[7], 'ERR_SHAPE'],
    [[2, 3.5], 'ERR_ARGUMENT'],
    [[-6], 'ERR_ARGUMENT'],
    [[Number.NaN], 'ERR_ARGUMENT'],
    [[Number.POSITIVE_INFINITY], 'ERR_ARGUMENT'],
    [[2 ** 53], 'ERR_ARGUMENT'],
    [[2 ** 32, 2 ** 32], 'ERR_SHAPE'],
    [[-1, -1], 'ERR_SHAPE'],
    ['6', 'ERR_ARGUMENT'],
    [[null], 'ERR_ARGUMENT'],
  ] as const)('refuses the shape %j with %s', (shape, code) => {
    expectError(() => tensor(new Float32Array(6), shape as never), code);
  });
});

describe('tensor of nested arrays', () => {
  it.each([
    [5, 'float32', []],
    [[1, 2], 'float32', [2]],
    [
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      'float32',
      [2, 3],
    ],
    [[true, false], 'bool', [2]],
    [[], 'float32', [0]],
    [[[], []], 'float32', [2, 0]],
    [false, 'bool', []],
  ] as const)('%j is %s %j', (data, dtype, shape) => {
    const x = tensor(data as never) as Tensor;
    expect(x.dtype).toBe(dtype);
    expect(x.shape).toEqual(shape);
    expect(x.toArray()).toEqual(data);
  });

  it('takes bigints as int64, rows that are typed arrays, and a flat array with a shape', () => {
    expect(tensor([1n, 2n]).dtype).toBe('int64');
    expect(tensor([new Float32Array([1, 2]), [3, 4]] as never).toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(tensor([1, 2, 3, 4], [2, 2]).toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(tensor([1, 2, 3, 4], [2, -1], 'int32').toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(tensor([[1, 2]], [1, 2]).shape).toEqual([1, 2]);
    expectError(
      () =>
        tensor(
          [
            [1, 2],
            [3, 4],
          ],
          [4] as readonly number[],
        ),
      'ERR_SHAPE',
      'another shape',
    );
  });

  it('converts to the dtype asked for, and refuses what it cannot hold', () => {
    expect(tensor([1, 2], [2], 'int64').toArray()).toEqual([1n, 2n]);
    expect(tensor([0, 1], [2], 'bool').toArray()).toEqual([false, true]);
    expect(tensor([true, 2.5], [2], 'float64').toArray()).toEqual([1, 2.5]);
    expectError(
      () => tensor([1.5], [1], 'int32'),
      'ERR_DTYPE',
      'data[0] does not fit into int32. Received data[0]=1.5',
    );
    expectError(() => tensor([2 ** 31], [1], 'int32'), 'ERR_DTYPE');
    expectError(() => tensor([[0], [256]], undefined, 'uint8'), 'ERR_DTYPE', 'data[1][0]');
    expectError(() => tensor([Number.NaN], [1], 'int32'), 'ERR_DTYPE');
    expectError(() => tensor([2 ** 53], [1], 'int64'), 'ERR_DTYPE');
    expectError(() => tensor([1n << 63n], [1]), 'ERR_DTYPE');
    expectError(() => tensor([1n], [1], 'float32'), 'ERR_DTYPE');
  });

  it('names the place where the arrays are ragged', () => {
    expectError(
      () => tensor([[1, 2], [3]]),
      'ERR_SHAPE',
      'tensor: the nested arrays are ragged: data[1] is an array of 1, and data[0] is an array of 2.',
    );
    expectError(() => tensor([[1, 2], 3]), 'ERR_SHAPE', 'data[1] is a number, and data[0] is an array of 2');
    expectError(() => tensor([1, [2]]), 'ERR_SHAPE', 'data[1] is an array of 1, and data[0] is a number');
    expectError(
      () =>
        tensor([
          [[1], [2]],
          [[3], [4, 5]],
        ]),
      'ERR_SHAPE',
      'data[1][1] is an array of 2',
    );
    expectError(() => tensor([[], [1]]), 'ERR_SHAPE', 'data[1] is an array of 1');
  });

  it('names the place of what is no number', () => {
    expectError(() => tensor(['a'] as never), 'ERR_ARGUMENT', 'data[0] is not a number');
    expectError(() => tensor([[1, null]] as never), 'ERR_ARGUMENT', 'data[0][1]');
    expectError(() => tensor([1, undefined] as never), 'ERR_ARGUMENT', 'data[1]');
    expectError(() => tensor(undefined as never), 'ERR_ARGUMENT', 'data is not a number');
    expectError(() => tensor({} as never), 'ERR_ARGUMENT');
    expectError(() => tensor([1, true]), 'ERR_DTYPE', 'data[1] is a boolean among numbers');
    expectError(() => tensor(zeros([2]) as never), 'ERR_ARGUMENT', 'a tensor already');
  });

  it('survives cyclic arrays and arrays that change while they are read', () => {
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    expectError(() => tensor(cyclic as never), 'ERR_SHAPE', 'nested deeper');
    const rows: unknown[] = [
      [1, 2],
      [3, 4],
    ];
    let reads = 0;
    Object.defineProperty(rows, 0, { get: () => (reads++ < 1 ? [1, 2] : [1, 2, 3]) });
    expectError(() => tensor(rows as never), 'ERR_SHAPE', 'ragged');
  });
});

describe('Tensor', () => {
  const x = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);

  it('gives elements by index, negative ones from the end', () => {
    expect(x.at(0, 2)).toBe(3);
    expect(x.at(-1, -3)).toBe(4);
    expect(tensor([1n]).at(0)).toBe(1n);
    expect(tensor([true]).at(0)).toBe(true);
    expect(scalar(7).at()).toBe(7);
    expectError(() => x.at(0), 'ERR_ARGUMENT', '2 indices are needed');
    expectError(() => x.at(0, 3), 'ERR_SHAPE', 'index 1');
    expectError(() => x.at(0, 0.5), 'ERR_ARGUMENT');
  });

  it('has a frozen shape of its own', () => {
    const shape = [2, 2];
    const y = zeros(shape);
    shape[0] = 99;
    expect(y.shape).toEqual([2, 2]);
    expect(Object.isFrozen(y.shape)).toBe(true);
  });

  it('refuses lengths and sizes that do not fit', () => {
    expectError(() => new Tensor(new Float32Array(3), [2, 2], 'float32'), 'ERR_SHAPE');
    expectError(() => new Tensor(new Float32Array(1), [-1, -1], 'float32'), 'ERR_SHAPE');
    expectError(() => new Tensor(new Float32Array(1), [Number.NaN], 'float32'), 'ERR_SHAPE');
    expectError(() => new Tensor(new Float64Array(1) as never, [1], 'float32'), 'ERR_DTYPE');
  });
});

describe('creation', () => {
  it('fills', () => {
    expect(zeros([2, 2]).toArray()).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(ones([2], 'int64').toArray()).toEqual([1n, 1n]);
    expect(full([2], 7, 'uint8').toArray()).toEqual([7, 7]);
    expect(full([1], true).dtype).toBe('bool');
    expect(full([1], 5n).dtype).toBe('int64');
    expect(zeros([]).toArray()).toBe(0);
    expect(ones([0, 3]).size).toBe(0);
    expectError(() => full([2], 256, 'uint8'), 'ERR_DTYPE', 'does not fit into uint8');
    expectError(() => full([2], [1] as never), 'ERR_ARGUMENT');
  });

  it('refuses sizes that no machine holds, before it tries', () => {
    expectError(() => zeros([2 ** 50]), 'ERR_SHAPE', 'GiB of memory');
    expectError(() => zeros([1879048192, 1879048192]), 'ERR_SHAPE', 'too many elements');
    expectError(() => zeros(new Array(255).fill(0)), 'ERR_SHAPE', '255 axes');
    expectError(() => zeros([-1]), 'ERR_ARGUMENT');
    expectError(() => zeros([2], 'float' as never), 'ERR_DTYPE');
    expectError(() => eye(2 ** 40), 'ERR_SHAPE');
    expectError(() => arange(2 ** 52), 'ERR_SHAPE');
    expectError(() => linspace(0, 1, 2 ** 52), 'ERR_SHAPE');
  });

  it.each([
    [[5], [0, 1, 2, 3, 4]],
    [
      [2, 5],
      [2, 3, 4],
    ],
    [
      [5, 2, -1],
      [5, 4, 3],
    ],
    [
      [1, 2, 0.25],
      [1, 1.25, 1.5, 1.75],
    ],
    [[5, 2], []],
    [[0], []],
    [[-3], []],
  ] as const)('arange(%j)', (args, result) => {
    expect(arange(...(args as unknown as [number])).toArray()).toEqual(result);
  });

  it('refuses ranges without an end', () => {
    expectError(() => arange(0, 5, 0), 'ERR_ARGUMENT', 'step must not be 0');
    expectError(() => arange(Number.POSITIVE_INFINITY), 'ERR_ARGUMENT');
    expectError(() => arange(0, 1, 0.5, 'int32'), 'ERR_DTYPE');
    expectError(() => arange(0, 300, 1, 'uint8'), 'ERR_DTYPE');
    expect(arange(0, 256, 1, 'uint8').size).toBe(256);
    expect(arange(3, undefined, 1, 'int64').toArray()).toEqual([0n, 1n, 2n]);
  });

  it('linspace includes the end unless told', () => {
    expect(linspace(0, 1, 5).toArray()).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(linspace(0, 1, 4, { endpoint: false }).toArray()).toEqual([0, 0.25, 0.5, 0.75]);
    expect(linspace(3, 9, 1).toArray()).toEqual([3]);
    expect(linspace(3, 9, 0).toArray()).toEqual([]);
    expect(linspace(0, 0.7, 8, { dtype: 'float64' }).at(7)).toBe(0.7);
    expectError(
      () => linspace(0, 1, 3, { endPoint: false } as never),
      'ERR_ARGUMENT',
      'unknown option "endPoint"',
    );
  });

  it('eye takes a diagonal', () => {
    expect(eye(2).toArray()).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(eye(2, 3, 1, 'int32').toArray()).toEqual([
      [0, 1, 0],
      [0, 0, 1],
    ]);
    expect(eye(3, 2, -1, 'int64').toArray()).toEqual([
      [0n, 0n],
      [1n, 0n],
      [0n, 1n],
    ]);
    expect(eye(2, 2, 5).toArray()).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it('clone has memory of its own', () => {
    const x = tensor([1, 2]);
    const y = clone(x);
    y.data[0] = 9;
    expect(x.at(0)).toBe(1);
    expectError(() => clone([1] as never), 'ERR_ARGUMENT');
  });
});
