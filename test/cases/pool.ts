import type { ErrorCode } from '../../lib/errors.js';
import type { Dims } from '../../lib/shape/dims.js';
import type { PoolShapeOptions } from '../../lib/shape/pool.js';
import type { PerAxis } from '../../lib/shape/spatial.js';

export interface PoolCase {
  readonly input: Dims;
  readonly window: PerAxis;
  readonly options?: PoolShapeOptions;
  readonly out: Dims;
}

export const poolCases: readonly PoolCase[] = [
  { input: [null, 28, 28, 6], window: 2, out: [null, 14, 14, 6] },
  { input: [null, 5, 5, 6], window: 2, out: [null, 2, 2, 6] },
  { input: [null, 5, 5, 6], window: 2, options: { padding: 'same' }, out: [null, 3, 3, 6] },
  { input: [null, 3, 3, 1], window: 2, options: { strides: 1 }, out: [null, 2, 2, 1] },
  { input: [1, 55, 55, 96], window: 3, options: { strides: 2 }, out: [1, 27, 27, 96] },
  { input: [2, 10, 9, 3], window: 2, options: { strides: [2, 1], padding: 'same' }, out: [2, 5, 9, 3] },
  {
    input: [1, 1, 1, 2],
    window: [1, 3],
    options: { strides: [1, 2], padding: 'same', dataFormat: 'channelsFirst' },
    out: [1, 1, 1, 1],
  },
  { input: [null, 8, null, 3], window: 2, options: { strides: 2, padding: 'same' }, out: [null, 4, null, 3] },
  { input: [1, 20, 3], window: 2, options: { padding: 'same' }, out: [1, 10, 3] },
  { input: [2, 5, 5, 5, 3], window: 2, options: { padding: 1 }, out: [2, 3, 3, 3, 3] },
  { input: [1, 4, 4, 1], window: 2, options: { strides: 1, dilationRate: 2 }, out: [1, 2, 2, 1] },
  // ceilMode, the sizes of PyTorch's own samples
  {
    input: [1, 3, 6, 2],
    window: 3,
    options: { strides: 2, ceilMode: true, padding: 1, dilationRate: [1, 2] },
    out: [1, 2, 3, 2],
  },
  {
    input: [1, 3, 6, 2],
    window: [3, 2],
    options: { strides: [2, 1], ceilMode: true, padding: 1 },
    out: [1, 2, 7, 2],
  },
  {
    input: [2, 6, 6, 2],
    window: 3,
    options: { strides: [2, 1], ceilMode: true, padding: 1, dilationRate: [1, 2] },
    out: [2, 4, 4, 2],
  },
  {
    input: [1, 6, 6, 2],
    window: [3, 2],
    options: { strides: 2, ceilMode: true, padding: 1 },
    out: [1, 4, 4, 2],
  },
  { input: [2, 2, 5, 3], window: [2, 3], options: { strides: 3, ceilMode: true }, out: [2, 1, 2, 3] },
  {
    input: [1, 7, 3, 1],
    window: [3, 4],
    options: { strides: 2, ceilMode: true, padding: 1 },
    out: [1, 4, 2, 1],
  },
  { input: [1, 32, 1], window: 5, options: { strides: 3, ceilMode: true, dilationRate: 2 }, out: [1, 9, 1] },
  // the last window would start in the padding behind the input, and is dropped
  { input: [1, 2, 2, 3], window: 3, options: { strides: 3, ceilMode: true, padding: 1 }, out: [1, 1, 1, 3] },
  { input: [1, 4, 1], window: 1, options: { strides: 4, ceilMode: true }, out: [1, 1, 1] },
  // wider than the input by less than a stride: PyTorch's rule gives one window
  { input: [1, 3, 1], window: 4, options: { strides: 2, ceilMode: true }, out: [1, 1, 1] },
  { input: [0, 4, 4, 1], window: 2, out: [0, 2, 2, 1] },
];

export interface BadPoolCase {
  readonly why: string;
  readonly input: Dims;
  readonly window: PerAxis;
  readonly options?: object;
  readonly code: ErrorCode;
  readonly text: string;
}

const image: Dims = [1, 4, 4, 1];

export const badPoolCases: readonly BadPoolCase[] = [
  {
    why: 'an empty window',
    input: image,
    window: 0,
    code: 'ERR_ARGUMENT',
    text: 'poolSize must be an integer of at least 1',
  },
  { why: 'a negative window', input: image, window: -2, code: 'ERR_ARGUMENT', text: 'poolSize' },
  { why: 'a window too few', input: image, window: [2, 2, 2], code: 'ERR_ARGUMENT', text: 'poolSize' },
  { why: 'a window of 2**53', input: image, window: 2 ** 53, code: 'ERR_ARGUMENT', text: 'poolSize' },
  {
    why: 'a window of 2**31',
    input: image,
    window: 2 ** 31,
    code: 'ERR_SHAPE',
    text: 'the window is wider than the padded input',
  },
  {
    why: 'zero stride',
    input: image,
    window: 2,
    options: { strides: 0 },
    code: 'ERR_ARGUMENT',
    text: 'strides',
  },
  {
    why: 'zero stride of an empty batch',
    input: [0, 4, 4, 1],
    window: 2,
    options: { strides: 0 },
    code: 'ERR_ARGUMENT',
    text: 'strides',
  },
  {
    why: 'zero dilation',
    input: image,
    window: 2,
    options: { dilationRate: 0 },
    code: 'ERR_ARGUMENT',
    text: 'dilationRate',
  },
  {
    why: 'dilation that overflows',
    input: image,
    window: 3,
    options: { dilationRate: 2 ** 53 - 1 },
    code: 'ERR_SHAPE',
    text: 'too large',
  },
  {
    why: 'negative padding',
    input: image,
    window: 2,
    options: { padding: -1 },
    code: 'ERR_ARGUMENT',
    text: 'padding',
  },
  {
    why: 'padding as wide as the window',
    input: image,
    window: 2,
    options: {
      padding: [
        [0, 0],
        [0, 2],
      ],
    },
    code: 'ERR_SHAPE',
    text: 'as wide as the window',
  },
  {
    why: 'causal padding',
    input: [1, 4, 1],
    window: 2,
    options: { padding: 'causal' },
    code: 'ERR_ARGUMENT',
    text: 'no causal padding',
  },
  { why: 'no channels', input: [1, 4, 4, 0], window: 2, code: 'ERR_SHAPE', text: 'no channels' },
  {
    why: 'an empty axis',
    input: [1, 4, 0, 1],
    window: 1,
    code: 'ERR_SHAPE',
    text: 'empty along spatial axis 1',
  },
  { why: 'an unbatched image', input: [4, 4, 1], window: 2, code: 'ERR_SHAPE', text: 'expandDims' },
  {
    why: 'a window wider than the input',
    input: [1, 2, 2],
    window: 5,
    options: { strides: 1 },
    code: 'ERR_SHAPE',
    text: 'a window of at most 2',
  },
  {
    why: 'ceilMode that is no boolean',
    input: image,
    window: 2,
    options: { ceilMode: 1 },
    code: 'ERR_ARGUMENT',
    text: 'ceilMode',
  },
];
