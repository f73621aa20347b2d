import type { ConvShapeOptions } from '../../lib/shape/conv.js';
import type { Dims } from '../../lib/shape/dims.js';

/** Geometries of convolutions: what goes in, the padding that follows and the shape that comes out. */
export interface ConvCase {
  readonly input: Dims;
  readonly kernel: Dims;
  readonly options?: ConvShapeOptions;
  readonly out: Dims;
  readonly pads?: readonly [begin: Dims, end: Dims];
}

export const convCases: readonly ConvCase[] = [
  // nets that everyone knows
  { input: [null, 28, 28, 1], kernel: [5, 5, 1, 6], out: [null, 24, 24, 6] },
  { input: [null, 32, 32, 3], kernel: [5, 5, 3, 6], out: [null, 28, 28, 6] },
  { input: [null, 227, 227, 3], kernel: [11, 11, 3, 96], options: { strides: 4 }, out: [null, 55, 55, 96] },
  {
    input: [1, 224, 224, 3],
    kernel: [3, 3, 3, 64],
    options: { padding: 'same' },
    out: [1, 224, 224, 64],
    pads: [
      [1, 1],
      [1, 1],
    ],
  },
  {
    input: [16, 3, 256, 256],
    kernel: [5, 5, 3, 32],
    options: { padding: 2, dataFormat: 'channelsFirst' },
    out: [16, 32, 256, 256],
  },
  { input: [1, 11, 11, 4], kernel: [5, 5, 4, 2], options: { strides: 2 }, out: [1, 4, 4, 2] },
  {
    input: [null, 10, 32],
    kernel: [3, 32, 64],
    options: { padding: 'same' },
    out: [null, 10, 64],
    pads: [[1], [1]],
  },
  // same: the odd zero at the end, or at the begin
  {
    input: [1, 5, 5, 1],
    kernel: [2, 2, 1, 1],
    options: { padding: 'same' },
    out: [1, 5, 5, 1],
    pads: [
      [0, 0],
      [1, 1],
    ],
  },
  {
    input: [1, 5, 5, 1],
    kernel: [2, 2, 1, 1],
    options: { padding: 'sameLower' },
    out: [1, 5, 5, 1],
    pads: [
      [1, 1],
      [0, 0],
    ],
  },
  {
    input: [1, 6, 1],
    kernel: [3, 1, 1],
    options: { padding: 'same', strides: 2 },
    out: [1, 3, 1],
    pads: [[0], [1]],
  },
  {
    input: [1, 6, 1],
    kernel: [3, 1, 1],
    options: { padding: 'sameLower', strides: 2 },
    out: [1, 3, 1],
    pads: [[1], [0]],
  },
  {
    input: [1, 7, 1],
    kernel: [3, 1, 1],
    options: { padding: 'same', strides: 2 },
    out: [1, 4, 1],
    pads: [[1], [1]],
  },
  {
    input: [1, 7, 1],
    kernel: [1, 1, 1],
    options: { padding: 'same', strides: 4 },
    out: [1, 2, 1],
    pads: [[0], [0]],
  },
  { input: [1, 2, 1], kernel: [9, 1, 1], options: { padding: 'same' }, out: [1, 2, 1], pads: [[4], [4]] },
  // causal: all before the begin
  { input: [2, 20, 3], kernel: [4, 3, 2], options: { padding: 'causal' }, out: [2, 20, 2], pads: [[3], [0]] },
  {
    input: [2, 20, 3],
    kernel: [4, 3, 2],
    options: { padding: 'causal', dilationRate: 3 },
    out: [2, 20, 2],
    pads: [[9], [0]],
  },
  {
    input: [2, 20, 3],
    kernel: [4, 3, 2],
    options: { padding: 'causal', strides: 3 },
    out: [2, 7, 2],
    pads: [[3], [0]],
  },
  // strides and dilation together, as PyTorch and ONNX allow
  { input: [2, 20, 3], kernel: [4, 3, 2], options: { strides: 3, dilationRate: 2 }, out: [2, 5, 2] },
  {
    input: [2, 20, 3],
    kernel: [4, 3, 2],
    options: { padding: 'same', dilationRate: 2 },
    out: [2, 20, 2],
    pads: [[3], [3]],
  },
  {
    input: [2, 8, 8, 4],
    kernel: [3, 3, 2, 2],
    options: { strides: [3, 2], padding: [2, 1], dilationRate: 4, groups: 2 },
    out: [2, 2, 1, 2],
  },
  // explicit pairs
  {
    input: [1, 4, 6, 1],
    kernel: [3, 3, 1, 1],
    options: {
      padding: [
        [0, 2],
        [1, 0],
      ],
    },
    out: [1, 4, 5, 1],
    pads: [
      [0, 1],
      [2, 0],
    ],
  },
  { input: [1, 4, 1], kernel: [3, 1, 1], options: { padding: [[2, 1]] }, out: [1, 5, 1], pads: [[2], [1]] },
  // groups
  { input: [1, 8, 8, 6], kernel: [3, 3, 2, 9], options: { groups: 3 }, out: [1, 6, 6, 9] },
  { input: [1, 8, 8, 6], kernel: [3, 3, 1, 12], options: { groups: 6 }, out: [1, 6, 6, 12] },
  // volumes
  {
    input: [2, 8, 8, 8, 3],
    kernel: [3, 3, 3, 3, 2],
    options: { strides: 2, padding: 'same' },
    out: [2, 4, 4, 4, 2],
  },
  {
    input: [2, 3, 8, 9, 10],
    kernel: [1, 2, 3, 3, 2],
    options: { dataFormat: 'channelsFirst' },
    out: [2, 2, 8, 8, 8],
  },
  // sizes that are not known
  { input: [null, 10, null, 3], kernel: [2, 2, 3, 2], out: [null, 9, null, 2] },
  {
    input: [null, 10, null, 3],
    kernel: [2, 2, 3, 2],
    options: { padding: 'same' },
    out: [null, 10, null, 2],
    pads: [
      [0, 0],
      [1, 1],
    ],
  },
  {
    input: [null, 10, null, 3],
    kernel: [3, 3, 3, 2],
    options: { padding: 'same', strides: 2 },
    out: [null, 5, null, 2],
    pads: [
      [0, null],
      [1, null],
    ],
  },
  {
    input: [null, 3, null, null],
    kernel: [2, 2, 3, 2],
    options: { dataFormat: 'channelsFirst' },
    out: [null, 2, null, null],
  },
  // an empty batch
  { input: [0, 7, 5, 3], kernel: [2, 2, 3, 4], out: [0, 6, 4, 4] },
  { input: [2, 5, 3], kernel: [5, 3, 1], out: [2, 1, 1] },
];
