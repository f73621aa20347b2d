import { describe, expect, it } from 'vitest';
import * as ops from '../../lib/index.js';
import { ones } from '../../lib/tensor/create.js';
import type { Shape, Tensor } from '../../lib/tensor/tensor.js';
import { type Attrs, Trace } from '../../lib/tensor/traced.js';

/** What a call of an op on a traced input gives: its shape, and the nodes it records. */
const table: readonly [
  title: string,
  input: Shape,
  call: (x: Tensor) => Tensor,
  shape: Shape,
  nodes: readonly string[],
][] = [
  [
    'conv1d',
    [null, 10, 32],
    (x) => ops.conv1d(x, ones([3, 32, 64]), { padding: 'same' }),
    [null, 10, 64],
    ['conv'],
  ],
  [
    'conv2d',
    [null, 28, 28, 1],
    (x) => ops.conv2d(x, ones([5, 5, 1, 6]), { bias: ones([6]), activation: 'relu' }),
    [null, 24, 24, 6],
    ['conv'],
  ],
  [
    'conv2d, channels first',
    [null, 3, 8, 8],
    (x) => ops.conv2d(x, ones([3, 3, 3, 4]), { dataFormat: 'channelsFirst' }),
    [null, 4, 6, 6],
    ['copy', 'conv', 'copy'],
  ],
  [
    'conv2d with softmax',
    [null, 8, 8, 3],
    (x) => ops.conv2d(x, ones([3, 3, 3, 4]), { activation: 'softmax' }),
    [null, 6, 6, 4],
    ['conv', 'softmax'],
  ],
  [
    'conv2d with a function',
    [null, 8, 8, 3],
    (x) => ops.conv2d(x, ones([3, 3, 3, 4]), { activation: (y) => ops.mul(y, 2) }),
    [null, 6, 6, 4],
    ['conv', 'binary'],
  ],
  [
    'conv2d of unknown sizes',
    [null, null, null, 3],
    (x) => ops.conv2d(x, ones([3, 3, 3, 4]), { padding: 'same', strides: 2 }),
    [null, null, null, 4],
    ['conv'],
  ],
  ['conv3d', [null, 8, 8, 8, 2], (x) => ops.conv3d(x, ones([3, 3, 3, 2, 4])), [null, 6, 6, 6, 4], ['conv']],
  [
    'depthwiseConv2d',
    [null, 8, 8, 3],
    (x) => ops.depthwiseConv2d(x, ones([3, 3, 3, 2])),
    [null, 6, 6, 6],
    ['conv'],
  ],
  [
    'separableConv2d',
    [null, 8, 8, 3],
    (x) => ops.separableConv2d(x, { depthwise: ones([3, 3, 3, 1]), pointwise: ones([1, 1, 3, 8]) }),
    [null, 6, 6, 8],
    ['conv', 'conv'],
  ],
  [
    'conv2dTranspose',
    [null, 7, 7, 8],
    (x) => ops.conv2dTranspose(x, ones([3, 3, 4, 8]), { strides: 2, padding: 'same' }),
    [null, 14, 14, 4],
    ['convTranspose'],
  ],
  ['maxPool2d', [null, 28, 28, 6], (x) => ops.maxPool2d(x, 2), [null, 14, 14, 6], ['pool']],
  [
    'avgPool1d, channels first',
    [null, 3, 8],
    (x) => ops.avgPool1d(x, 2, { dataFormat: 'channelsFirst' }),
    [null, 3, 4],
    ['copy', 'pool', 'copy'],
  ],
  [
    'maxPool2dWithIndices',
    [null, 4, 4, 1],
    (x) => ops.maxPool2dWithIndices(x, 2).indices,
    [null, 2, 2, 1],
    ['pool'],
  ],
  ['globalAvgPool2d', [null, 7, 7, 512], (x) => ops.globalAvgPool2d(x), [null, 512], ['reduce']],
  [
    'globalMaxPool2d, channels first',
    [null, 512, null, null],
    (x) => ops.globalMaxPool2d(x, { dataFormat: 'channelsFirst', keepDims: true }),
    [null, 512, 1, 1],
    ['reduce'],
  ],
  [
    'adaptiveAvgPool2d',
    [null, 13, 13, 4],
    (x) => ops.adaptiveAvgPool2d(x, [6, null]),
    [null, 6, 13, 4],
    ['adaptivePool'],
  ],
  [
    'matmul',
    [null, 10],
    (x) => ops.matmul(x, ones([10, 3]), { bias: ones([3]), activation: 'relu' }),
    [null, 3],
    ['matmul'],
  ],
  ['matmul of a batch', [null, 5, 10], (x) => ops.matmul(x, ones([10, 3])), [null, 5, 3], ['matmul']],
  ['matmul with a vector', [null, 10], (x) => ops.matmul(x, ones([10])), [null], ['matmul', 'reshape']],
  ['dot', [null, 4], (x) => ops.dot(x, ones([5, 4, 6])), [null, 5, 6], ['reshape', 'matmul', 'reshape']],
  [
    'batchDot',
    [null, 3, 4],
    (x) => ops.batchDot(x, x, 2),
    [null, 3, 3],
    ['reshape', 'reshape', 'matmul', 'reshape'],
  ],
  [
    'batchDot of rank 2',
    [null, 4],
    (x) => ops.batchDot(x, x, -1),
    [null, 1],
    ['reshape', 'reshape', 'matmul', 'reshape'],
  ],
  [
    'batchDot over a middle axis',
    [null, 3, 4, 5],
    (x) => ops.batchDot(x, x, 2),
    [null, 3, 5, 3, 5],
    ['copy', 'copy', 'reshape', 'reshape', 'matmul', 'reshape'],
  ],
  [
    'einsum',
    [null, 3, 4],
    (x) => ops.einsum('bij,jk->bik', x, ones([4, 5])),
    [null, 3, 5],
    ['reshape', 'reshape', 'reshape', 'matmul', 'reshape', 'reshape'],
  ],
  ['einsum of a diagonal', [null, 3, 3], (x) => ops.einsum('bii->bi', x), [null, 3], ['copy', 'reshape']],
  [
    'pad',
    [null, 4, 4, 3],
    (x) =>
      ops.pad(x, [
        [0, 0],
        [1, 1],
        [2, 2],
        [0, 0],
      ]),
    [null, 6, 8, 3],
    ['pad'],
  ],
  [
    'resize',
    [null, 4, 4, 3],
    (x) => ops.resize(x, 8),
    [null, 8, 8, 3],
    ['reshape', 'matmul', 'reshape', 'reshape', 'matmul', 'reshape'],
  ],
  [
    'resize nearest',
    [null, 4, 4, 3],
    (x) => ops.resize(x, 6, { method: 'nearest' }),
    [null, 6, 6, 3],
    ['gather', 'gather'],
  ],
  [
    'layerNorm',
    [null, 8],
    (x) => ops.layerNorm(x, { gamma: ones([8]), beta: ones([8]) }),
    [null, 8],
    ['normalize', 'binary', 'binary'],
  ],
  ['rmsNorm', [null, 8], (x) => ops.rmsNorm(x), [null, 8], ['normalize']],
  [
    'groupNorm',
    [null, 4, 4, 8],
    (x) => ops.groupNorm(x, { groups: 2 }),
    [null, 4, 4, 8],
    ['reshape', 'normalize', 'reshape'],
  ],
  [
    'batchNorm',
    [null, 4, 4, 8],
    (x) => ops.batchNorm(x, { mean: ones([8]), variance: ones([8]) }),
    [null, 4, 4, 8],
    ['scaleShift'],
  ],
  [
    'l2Normalize',
    [null, 8],
    (x) => ops.l2Normalize(x),
    [null, 8],
    ['unary', 'reduce', 'binary', 'unary', 'binary'],
  ],
];

describe('a trace of a net', () => {
  it.each(table)('%s of %j', (_, input, call, shape, nodes) => {
    const trace = new Trace();
    const result = call(trace.input(input, 'float32'));
    expect(result.isTraced).toBe(true);
    expect(result.shape).toEqual(shape);
    const recorded = trace.nodes.map((node) => node.op);
    // einsum and dot may drop reshapes that change nothing: what matters are the other nodes.
    const essential = (list: readonly string[]) => list.filter((op) => op !== 'reshape');
    expect(essential(recorded)).toEqual(essential(nodes));
  });

  const attrsOf = (call: (x: Tensor) => unknown, input: Shape): readonly Attrs[] => {
    const trace = new Trace();
    call(trace.input(input, 'float32'));
    return trace.nodes.map((node) => node.attrs);
  };

  it('records the attributes that native reads', () => {
    expect(
      attrsOf(
        (x) =>
          ops.conv2d(x, ones([3, 2, 2, 4]), {
            strides: [2, 1],
            padding: 'same',
            groups: 2,
            dilationRate: [1, 2],
            algorithm: 'direct',
          }),
        [1, 6, 7, 4],
      ),
    ).toEqual([
      {
        strides: [2, 1],
        dilations: [1, 2],
        padBegin: [0, 1],
        padEnd: [1, 1],
        groups: 2,
        algorithm: 'direct',
      },
    ]);
    expect(
      attrsOf(
        (x) => ops.conv2d(x, ones([3, 3, 4, 4]), { activation: { name: 'leakyRelu', alpha: 0.1 } }),
        [1, 6, 7, 4],
      ),
    ).toEqual([
      {
        strides: [1, 1],
        dilations: [1, 1],
        padBegin: [0, 0],
        padEnd: [0, 0],
        groups: 1,
        activation: 'leakyRelu',
        alpha: 0.1,
      },
    ]);
    expect(
      attrsOf((x) => ops.conv1dTranspose(x, ones([4, 5, 3]), { strides: 2, padding: 'same' }), [1, 6, 3]),
    ).toEqual([{ strides: [2], dilations: [1], padBegin: [1], groups: 1 }]);
    expect(
      attrsOf((x) => ops.avgPool2d(x, 3, { strides: 2, padding: 1, countIncludePad: true }), [1, 5, 5, 1]),
    ).toEqual([
      {
        mode: 'avg',
        window: [3, 3],
        strides: [2, 2],
        dilations: [1, 1],
        padBegin: [1, 1],
        padEnd: [1, 1],
        countIncludePad: true,
      },
    ]);
    expect(
      attrsOf((x) => ops.avgPool2d(x, 3, { padding: 'same', countIncludePad: true }), [1, 5, 5, 1]),
    ).toEqual([
      {
        mode: 'avg',
        window: [3, 3],
        strides: [3, 3],
        dilations: [1, 1],
        padBegin: [0, 0],
        padEnd: [1, 1],
        countIncludePad: false,
      },
    ]);
    expect(attrsOf((x) => ops.adaptiveMaxPool2d(x, 2), [1, 5, 5, 1])).toEqual([{ mode: 'max' }]);
    expect(attrsOf((x) => ops.globalMaxPool2d(x), [1, 5, 5, 1])).toEqual([
      { fn: 'max', axes: [1, 2], keepDims: false },
    ]);
    expect(attrsOf((x) => ops.matmul(x, ones([4, 3]), { transposeB: true }), [2, 3])).toEqual([
      { transposeA: false, transposeB: true },
    ]);
    expect(
      attrsOf(
        (x) =>
          ops.pad(
            x,
            [
              [1, 2],
              [0, 3],
            ],
            { mode: 'edge' },
          ),
        [2, 3],
      ),
    ).toEqual([{ padBegin: [1, 0], padEnd: [2, 3], mode: 'edge', value: 0 }]);
    expect(attrsOf((x) => ops.rmsNorm(x, { axis: [2, 1] }), [2, 3, 4])).toEqual([
      { axes: [1, 2], epsilon: 1e-6, center: false },
    ]);
    expect(attrsOf((x) => ops.scaleShift(x, ones([3]), ones([3]), 1), [2, 3, 4])).toEqual([{ axis: 1 }]);
  });

  it('gives the kernel of a depthwise convolution as a kernel in groups, without a copy', () => {
    const trace = new Trace();
    const kernel = ones([3, 3, 3, 2]);
    ops.depthwiseConv2d(trace.input([1, 5, 5, 3], 'float32'), kernel);
    const node = trace.nodes[0];
    expect(node?.attrs.groups).toBe(3);
    expect(node?.inputs[1]?.shape).toEqual([3, 3, 1, 6]);
    expect(node?.inputs[1]?.data).toBe(kernel.data);
  });
});
