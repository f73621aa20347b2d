import type { ConvTransposeShapeOptions } from '../../lib/shape/conv-transpose.js';
import type { BadConvCase } from './bad-conv.js';

/** Along one axis: Keras for words of padding, PyTorch for numbers, tfjs for an output size. */
export interface TransposeCase {
  readonly size: number | null;
  readonly kernel: number;
  readonly options?: ConvTransposeShapeOptions;
  readonly out: number | null;
  readonly crop?: number;
}

export const transposeCases: readonly TransposeCase[] = [
  // Keras, the sizes of its own Conv1DTranspose tests
  { size: 8, kernel: 2, options: { strides: 2 }, out: 16, crop: 0 },
  { size: 8, kernel: 2, options: { strides: 3, padding: 'same', outputPadding: 2 }, out: 23, crop: 0 },
  { size: 3, kernel: 1, options: { strides: 2, padding: 'same' }, out: 6, crop: 0 },
  { size: 3, kernel: 3, options: { strides: 3, padding: 'same', outputPadding: 1 }, out: 8, crop: 0 },
  { size: 3, kernel: 3, options: { strides: 3 }, out: 9, crop: 0 },
  { size: 3, kernel: 3, options: { strides: 3, outputPadding: 1 }, out: 10, crop: 0 },
  { size: 3, kernel: 3, options: { strides: 4, padding: 'same', outputPadding: 2 }, out: 11, crop: 0 },
  { size: 3, kernel: 4, options: { strides: 1, padding: 'same' }, out: 3, crop: 1 },
  { size: 3, kernel: 4, options: { strides: 3, padding: 'same', outputPadding: 2 }, out: 8, crop: 1 },
  { size: 3, kernel: 1, options: { strides: 4, outputPadding: 2 }, out: 11, crop: 0 },
  { size: 3, kernel: 1, options: { strides: 4 }, out: 12, crop: 0 },
  { size: 3, kernel: 2, options: { strides: 4, padding: 'same', outputPadding: 1 }, out: 9, crop: 0 },
  { size: 3, kernel: 3, options: { strides: 1 }, out: 5, crop: 0 },
  { size: 3, kernel: 3, options: { strides: 2 }, out: 7, crop: 0 },
  { size: 4, kernel: 2, options: { strides: 5, outputPadding: 4 }, out: 21, crop: 0 },
  { size: 4, kernel: 3, options: { dilationRate: 2 }, out: 8, crop: 0 },
  { size: 7, kernel: 3, options: { strides: 2, padding: 'same' }, out: 14, crop: 0 },
  { size: 7, kernel: 4, options: { strides: 2, padding: 'same' }, out: 14, crop: 1 },
  // PyTorch
  { size: 4, kernel: 3, options: { padding: 0, strides: 4 }, out: 15, crop: 0 },
  { size: 4, kernel: 3, options: { padding: 1, strides: 2 }, out: 7, crop: 1 },
  { size: 4, kernel: 3, options: { padding: 1, strides: 2, outputPadding: 1 }, out: 8, crop: 1 },
  { size: 4, kernel: 3, options: { padding: [[2, 0]], strides: 2 }, out: 7, crop: 2 },
  { size: 4, kernel: 3, options: { padding: 2, dilationRate: 3, outputPadding: 2 }, out: 8, crop: 2 },
  // tfjs: the size of the convolution's input is given
  { size: 2, kernel: 2, options: { strides: 2, padding: 'same', outputSize: 3 }, out: 3, crop: 0 },
  { size: 2, kernel: 2, options: { strides: 2, padding: 'same', outputSize: 4 }, out: 4, crop: 0 },
  { size: 2, kernel: 3, options: { strides: 2, padding: 'same', outputSize: 3 }, out: 3, crop: 1 },
  { size: 1, kernel: 2, options: { padding: 0, outputSize: 2 }, out: 2, crop: 0 },
  { size: 3, kernel: 3, options: { strides: 3, outputSize: 10 }, out: 10, crop: 0 },
  // sizes that are not known
  { size: null, kernel: 3, options: { strides: 3, padding: 'same', outputPadding: 2 }, out: null, crop: 0 },
  { size: null, kernel: 3, options: { padding: 1 }, out: null, crop: 1 },
];

export const badTransposeCases: readonly BadConvCase[] = [
  {
    why: 'zero stride',
    input: [1, 4, 3],
    kernel: [2, 5, 3],
    options: { strides: 0 },
    code: 'ERR_ARGUMENT',
    text: 'strides',
  },
  {
    why: 'channels that do not match',
    input: [2, 4, 3],
    kernel: [2, 4, 5],
    options: { strides: 2 },
    code: 'ERR_SHAPE',
    text: 'the input has 3 channels but the kernel reads 5',
  },
  {
    why: 'causal padding',
    input: [1, 4, 3],
    kernel: [2, 5, 3],
    options: { padding: 'causal' },
    code: 'ERR_ARGUMENT',
    text: 'no causal padding',
  },
  {
    why: 'output padding as large as the stride',
    input: [1, 4, 3],
    kernel: [2, 5, 3],
    options: { strides: 2, outputPadding: 2 },
    code: 'ERR_ARGUMENT',
    text: 'outputPadding must be less',
  },
  {
    why: 'negative output padding',
    input: [1, 4, 3],
    kernel: [2, 5, 3],
    options: { strides: 2, outputPadding: -1 },
    code: 'ERR_ARGUMENT',
    text: 'outputPadding',
  },
  {
    why: 'output padding and size',
    input: [1, 4, 3],
    kernel: [2, 5, 3],
    options: { strides: 2, outputPadding: 1, outputSize: 9 },
    code: 'ERR_ARGUMENT',
    text: 'exclude each other',
  },
  {
    why: 'padding that eats the output',
    input: [1, 1, 3],
    kernel: [3, 5, 3],
    options: { padding: 2 },
    code: 'ERR_SHAPE',
    text: 'the padding leaves no output: a size of -1',
  },
  {
    why: 'an output size that does not come back',
    input: [1, 2, 3],
    kernel: [2, 5, 3],
    options: { strides: 2, outputSize: 9 },
    code: 'ERR_SHAPE',
    text: "a convolution takes 9 to 4, not to the input's 2",
  },
  { why: 'zero channels', input: [1, 4, 0], kernel: [2, 5, 3], code: 'ERR_SHAPE', text: 'no channels' },
  {
    why: 'an empty kernel',
    input: [1, 4, 3],
    kernel: [0, 5, 3],
    code: 'ERR_SHAPE',
    text: 'the kernel is empty',
  },
  {
    why: 'a size that overflows',
    input: [1, 2 ** 40, 1],
    kernel: [2, 1, 1],
    options: { strides: 2 ** 20 },
    code: 'ERR_SHAPE',
    text: 'too large',
  },
  {
    why: 'groups that do not divide',
    input: [1, 4, 3],
    kernel: [2, 5, 3],
    options: { groups: 2 },
    code: 'ERR_SHAPE',
    text: '3 channels do not divide into 2 groups',
  },
];
