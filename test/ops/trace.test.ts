import { describe, expect, it } from 'vitest';
import * as ops from '../../lib/index.js';
import { tensor, zeros } from '../../lib/tensor/create.js';
import type { DType } from '../../lib/tensor/dtype.js';
import type { Shape, Tensor } from '../../lib/tensor/tensor.js';
import { Trace } from '../../lib/tensor/traced.js';
import { expectError } from '../support/errors.js';

/** Shape and dtype of what a call of ops gives on a traced input, and the names of the nodes it records. */
const table: readonly [
  title: string,
  input: Shape,
  call: (x: Tensor) => Tensor | Tensor[],
  shape: Shape,
  nodes: readonly string[],
  dtype?: DType,
][] = [
  ['reshape', [null, 784], (x) => ops.reshape(x, [-1, 28, 28, 1]), [null, 28, 28, 1], ['reshape']],
  ['flatten', [null, 3, 4], (x) => ops.flatten(x, 1), [null, 12], ['reshape']],
  ['flatten all', [null, 3, 4], (x) => ops.flatten(x), [null], ['reshape']],
  ['expandDims', [null, 3], (x) => ops.expandDims(x, -1), [null, 3, 1], ['reshape']],
  ['expandDims of several', [null, 3], (x) => ops.expandDims(x, [1, 3]), [null, 1, 3, 1], ['reshape']],
  ['squeeze', [null, 1, 3], (x) => ops.squeeze(x), [null, 3], ['reshape']],
  ['squeeze of an axis', [null, 1, 3, 1], (x) => ops.squeeze(x, -1), [null, 1, 3], ['reshape']],
  ['transpose', [null, 3, 4], (x) => ops.transpose(x, [0, 2, 1]), [null, 4, 3], ['copy']],
  [
    'transpose that moves nothing',
    [null, 1, 4],
    (x) => ops.transpose(x, [1, 0, 2]),
    [1, null, 4],
    ['reshape'],
  ],
  ['moveaxis', [null, 3, 4], (x) => ops.moveaxis(x, 1, -1), [null, 4, 3], ['copy']],
  ['swapaxes', [null, 3, 4], (x) => ops.swapaxes(x, 1, 2), [null, 4, 3], ['copy']],
  ['slice', [null, 10], (x) => ops.slice(x, [null, 2], [null, 8], [1, 2]), [null, 3], ['copy']],
  ['take', [null, 10, 3], (x) => ops.take(x, -1, 1), [null, 3], ['copy']],
  ['flip', [null, 10], (x) => ops.flip(x, 1), [null, 10], ['copy']],
  ['tile', [null, 3], (x) => ops.tile(x, [1, 2]), [null, 6], ['copy', 'reshape']],
  ['repeat', [null, 3], (x) => ops.repeat(x, 2, 1), [null, 6], ['copy', 'reshape']],
  ['repeat of the batch', [null, 3], (x) => ops.repeat(x, 2, 0), [null, 3], ['copy', 'reshape']],
  ['broadcastTo', [null, 1], (x) => ops.broadcastTo(x, [null, 5]), [null, 5], ['copy']],
  ['concat', [null, 3], (x) => ops.concat([x, x], 1), [null, 6], ['concat']],
  ['stack', [null, 3], (x) => ops.stack([x, x], 1), [null, 2, 3], ['reshape', 'reshape', 'concat']],
  ['split', [null, 6], (x) => ops.split(x, 3, 1), [null, 2], ['copy', 'copy', 'copy']],
  ['unstack', [null, 2, 5], (x) => ops.unstack(x, 1), [null, 5], ['copy', 'copy']],
  ['gather', [null, 9, 4], (x) => ops.gather(x, [[0, 1, 2]], 1), [null, 1, 3, 4], ['gather']],
  ['add', [null, 3], (x) => ops.add(x, zeros([3])), [null, 3], ['binary']],
  ['add of a number', [null, 3], (x) => ops.add(1, x), [null, 3], ['binary']],
  ['less', [null, 3], (x) => ops.less(x, 0), [null, 3], ['binary'], 'bool'],
  ['logicalNot', [null, 3], (x) => ops.logicalNot(x), [null, 3], ['binary'], 'bool'],
  ['where', [null, 3], (x) => ops.where(ops.less(x, 0), x, zeros([3])), [null, 3], ['binary', 'select']],
  ['relu', [null, 3], (x) => ops.relu(x), [null, 3], ['unary']],
  ['softmax', [null, 3], (x) => ops.softmax(x), [null, 3], ['softmax']],
  ['cast', [null, 3], (x) => ops.cast(x, 'int32'), [null, 3], ['cast'], 'int32'],
  ['cast to the same', [null, 3], (x) => ops.cast(x, 'float32'), [null, 3], []],
  ['sum', [null, 3, 4], (x) => ops.sum(x, { axis: [1, 2] }), [null], ['reduce']],
  ['sum of all', [null, 3, 4], (x) => ops.sum(x), [], ['reduce']],
  ['sum of no axis', [null, 3], (x) => ops.sum(x, { axis: [] }), [null, 3], ['reshape', 'reduce']],
  ['mean, kept', [null, 3, 4], (x) => ops.mean(x, { axis: -1, keepDims: true }), [null, 3, 1], ['reduce']],
  ['argMax', [null, 10], (x) => ops.argMax(x, { axis: 1 }), [null], ['reduce'], 'int32'],
  ['argMax of all', [null, 10], (x) => ops.argMax(x), [], ['reshape', 'reduce'], 'int32'],
  ['any', [null, 10], (x) => ops.any(x, { axis: 1 }), [null], ['cast', 'reduce'], 'bool'],
  ['std', [null, 10], (x) => ops.std(x, { axis: 1 }), [null], ['reduce', 'unary']],
  ['norm', [null, 10], (x) => ops.norm(x, { axis: 1 }), [null], ['reduce', 'unary']],
  [
    'logSumExp',
    [null, 10],
    (x) => ops.logSumExp(x, { axis: 1 }),
    [null],
    ['reduce', 'unary', 'binary', 'select', 'binary', 'unary', 'reduce', 'unary', 'binary', 'reshape'],
  ],
];

describe('a trace', () => {
  it.each(table)('%s of %j', (_title, input, call, shape, nodes, dtype = 'float32') => {
    const trace = new Trace();
    const results = [call(trace.input(input, 'float32'))].flat();
    for (const result of results) {
      expect(result.isTraced || nodes.length === 0).toBe(true);
      expect(result.shape).toEqual(shape);
      expect(result.dtype).toBe(dtype);
    }
    expect(trace.nodes.map((node) => node.op)).toEqual(nodes);
  });

  it('records the attributes that native reads', () => {
    const trace = new Trace();
    const x = trace.input([2, 3, 4], 'float32');
    ops.transpose(x, [2, 0, 1]);
    ops.slice(x, [1, -2], undefined, [1, -1]);
    ops.clip(x, 0, 6);
    ops.mean(x, { axis: [2, 0] });
    expect(trace.nodes.map((node) => node.attrs)).toEqual([
      { offset: 0, strides: [1, 12, 4] },
      { offset: 16, strides: [12, -4, 1] },
      { fn: 'clip', alpha: 0, beta: 6 },
      { fn: 'mean', axes: [0, 2], keepDims: false },
    ]);
  });

  it('has shapes and no values', () => {
    const x = new Trace().input([null, 3], 'float32');
    expectError(() => ops.relu(x).data, 'ERR_STATE', 'a traced tensor has a shape but no values');
  });

  it('does not mix with another trace', () => {
    const a = new Trace().input([2], 'float32');
    const b = new Trace().input([2], 'float32');
    expectError(() => ops.add(a, b), 'ERR_ARGUMENT', 'two different models or traces');
  });
});

describe('reshapes now', () => {
  it('share the memory', () => {
    const x = tensor(new Float32Array(6), [2, 3]);
    for (const y of [
      ops.reshape(x, [-1]),
      ops.flatten(x),
      ops.expandDims(x, 0),
      ops.transpose(ops.expandDims(x, 0), [1, 0, 2]),
    ]) {
      expect(y.data).toBe(x.data);
    }
    expect(ops.squeeze(ops.expandDims(x, [0, 2])).data).toBe(x.data);
    expect(ops.cast(x, 'float32')).toBe(x);
  });
});
