import type { ErrorCode } from '../../lib/errors.js';
import type { ConvShapeOptions } from '../../lib/shape/conv.js';
import type { ConvTransposeShapeOptions } from '../../lib/shape/conv-transpose.js';
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
  { input: [1, 224, 224, 3], kernel: [3, 3, 3, 64], options: { padding: 'same' }, out: [1, 224, 224, 64], pads: [[1, 1], [1, 1]] },
  { input: [16, 3, 256, 256], kernel: [5, 5, 3, 32], options: { padding: 2, dataFormat: 'channelsFirst' }, out: [16, 32, 256, 256] },
  { input: [1, 11, 11, 4], kernel: [5, 5, 4, 2], options: { strides: 2 }, out: [1, 4, 4, 2] },
  { input: [null, 10, 32], kernel: [3, 32, 64], options: { padding: 'same' }, out: [null, 10, 64], pads: [[1], [1]] },
  // same: the odd zero at the end, or at the begin
  { input: [1, 5, 5, 1], kernel: [2, 2, 1, 1], options: { padding: 'same' }, out: [1, 5, 5, 1], pads: [[0, 0], [1, 1]] },
  { input: [1, 5, 5, 1], kernel: [2, 2, 1, 1], options: { padding: 'sameLower' }, out: [1, 5, 5, 1], pads: [[1, 1], [0, 0]] },
  { input: [1, 6, 1], kernel: [3, 1, 1], options: { padding: 'same', strides: 2 }, out: [1, 3, 1], pads: [[0], [1]] },
  { input: [1, 6, 1], kernel: [3, 1, 1], options: { padding: 'sameLower', strides: 2 }, out: [1, 3, 1], pads: [[1], [0]] },
  { input: [1, 7, 1], kernel: [3, 1, 1], options: { padding: 'same', strides: 2 }, out: [1, 4, 1], pads: [[1], [1]] },
  { input: [1, 7, 1], kernel: [1, 1, 1], options: { padding: 'same', strides: 4 }, out: [1, 2, 1], pads: [[0], [0]] },
  { input: [1, 2, 1], kernel: [9, 1, 1], options: { padding: 'same' }, out: [1, 2, 1], pads: [[4], [4]] },
  // causal: all before the begin
  { input: [2, 20, 3], kernel: [4, 3, 2], options: { padding: 'causal' }, out: [2, 20, 2], pads: [[3], [0]] },
  { input: [2, 20, 3], kernel: [4, 3, 2], options: { padding: 'causal', dilationRate: 3 }, out: [2, 20, 2], pads: [[9], [0]] },
  { input: [2, 20, 3], kernel: [4, 3, 2], options: { padding: 'causal', strides: 3 }, out: [2, 7, 2], pads: [[3], [0]] },
  // strides and dilation together, as PyTorch and ONNX allow
  { input: [2, 20, 3], kernel: [4, 3, 2], options: { strides: 3, dilationRate: 2 }, out: [2, 5, 2] },
  { input: [2, 20, 3], kernel: [4, 3, 2], options: { padding: 'same', dilationRate: 2 }, out: [2, 20, 2], pads: [[3], [3]] },
  { input: [2, 8, 8, 4], kernel: [3, 3, 2, 2], options: { strides: [3, 2], padding: [2, 1], dilationRate: 4, groups: 2 }, out: [2, 2, 1, 2] },
  // explicit pairs
  { input: [1, 4, 6, 1], kernel: [3, 3, 1, 1], options: { padding: [[0, 2], [1, 0]] }, out: [1, 4, 5, 1], pads: [[0, 1], [2, 0]] },
  { input: [1, 4, 1], kernel: [3, 1, 1], options: { padding: [[2, 1]] }, out: [1, 5, 1], pads: [[2], [1]] },
  // groups
  { input: [1, 8, 8, 6], kernel: [3, 3, 2, 9], options: { groups: 3 }, out: [1, 6, 6, 9] },
  { input: [1, 8, 8, 6], kernel: [3, 3, 1, 12], options: { groups: 6 }, out: [1, 6, 6, 12] },
  // volumes
  { input: [2, 8, 8, 8, 3], kernel: [3, 3, 3, 3, 2], options: { strides: 2, padding: 'same' }, out: [2, 4, 4, 4, 2] },
  { input: [2, 3, 8, 9, 10], kernel: [1, 2, 3, 3, 2], options: { dataFormat: 'channelsFirst' }, out: [2, 2, 8, 8, 8] },
  // sizes that are not known
  { input: [null, 10, null, 3], kernel: [2, 2, 3, 2], out: [null, 9, null, 2] },
  { input: [null, 10, null, 3], kernel: [2, 2, 3, 2], options: { padding: 'same' }, out: [null, 10, null, 2], pads: [[0, 0], [1, 1]] },
  { input: [null, 10, null, 3], kernel: [3, 3, 3, 2], options: { padding: 'same', strides: 2 }, out: [null, 5, null, 2], pads: [[0, null], [1, null]] },
  { input: [null, 3, null, null], kernel: [2, 2, 3, 2], options: { dataFormat: 'channelsFirst' }, out: [null, 2, null, null] },
  // an empty batch
  { input: [0, 7, 5, 3], kernel: [2, 2, 3, 4], out: [0, 6, 4, 4] },
  { input: [2, 5, 3], kernel: [5, 3, 1], out: [2, 1, 1] },
];

/** What must be refused; the rows that come from published vulnerabilities of other runtimes name their kind. */
export interface BadConvCase {
  readonly why: string;
  readonly input: Dims;
  readonly kernel: Dims;
  readonly options?: object;
  readonly code: ErrorCode;
  readonly text: string;
}

const image: Dims = [1, 5, 5, 3];
const kernel: Dims = [3, 3, 3, 8];

export const badConvCases: readonly BadConvCase[] = [
  { why: 'zero stride', input: image, kernel, options: { strides: 0 }, code: 'ERR_ARGUMENT', text: 'strides must be an integer of at least 1' },
  { why: 'zero stride on one axis', input: image, kernel, options: { strides: [1, 0] }, code: 'ERR_ARGUMENT', text: 'every number of strides' },
  { why: 'negative stride', input: image, kernel, options: { strides: -2 }, code: 'ERR_ARGUMENT', text: 'strides' },
  { why: 'fractional stride', input: image, kernel, options: { strides: 1.5 }, code: 'ERR_ARGUMENT', text: 'strides' },
  { why: 'NaN stride', input: image, kernel, options: { strides: Number.NaN }, code: 'ERR_ARGUMENT', text: 'strides=NaN' },
  { why: 'three strides for two axes', input: image, kernel, options: { strides: [1, 1, 1] }, code: 'ERR_ARGUMENT', text: '2 integers' },
  { why: 'zero dilation', input: image, kernel, options: { dilationRate: 0 }, code: 'ERR_ARGUMENT', text: 'dilationRate' },
  { why: 'negative dilation', input: image, kernel, options: { dilationRate: [1, -1] }, code: 'ERR_ARGUMENT', text: 'dilationRate' },
  { why: 'a dilated window that overflows', input: image, kernel, options: { dilationRate: 2 ** 52 }, code: 'ERR_SHAPE', text: 'the dilated window is too large' },
  { why: 'a dilated window wider than the input', input: [null, 10, 10, 3], kernel: [2, 2, 3, 1], options: { dilationRate: 10 }, code: 'ERR_SHAPE', text: 'wider than the padded input' },
  { why: 'empty filter', input: image, kernel: [0, 3, 3, 8], code: 'ERR_SHAPE', text: 'the kernel is empty' },
  { why: 'no filters', input: image, kernel: [3, 3, 3, 0], code: 'ERR_SHAPE', text: 'the kernel is empty' },
  { why: 'zero channels in the kernel', input: image, kernel: [3, 3, 0, 8], code: 'ERR_SHAPE', text: 'the kernel is empty' },
  { why: 'zero channels in the input', input: [1, 5, 5, 0], kernel, code: 'ERR_SHAPE', text: 'the input has no channels' },
  { why: 'an empty image', input: [1, 0, 5, 3], kernel, options: { padding: 'same' }, code: 'ERR_SHAPE', text: 'empty along spatial axis 0' },
  { why: 'a negative size', input: [1, -5, 5, 3], kernel, code: 'ERR_SHAPE', text: 'every size of the input' },
  { why: 'a NaN size', input: [1, Number.NaN, 5, 3], kernel, code: 'ERR_SHAPE', text: 'every size of the input' },
  { why: 'an infinite size', input: [1, Number.POSITIVE_INFINITY, 5, 3], kernel, code: 'ERR_SHAPE', text: 'every size of the input' },
  { why: 'a size of 2**53', input: [1, 2 ** 53, 5, 3], kernel, code: 'ERR_SHAPE', text: 'every size of the input' },
  { why: 'a fractional size', input: [1, 5.5, 5, 3], kernel, code: 'ERR_SHAPE', text: 'every size of the input' },
  { why: 'sizes whose product overflows', input: [2 ** 20, 2 ** 20, 2 ** 20, 3], kernel, code: 'ERR_SHAPE', text: 'too many elements' },
  { why: 'an output that overflows', input: [2 ** 20, 2 ** 15, 2 ** 10, 1], kernel: [1, 1, 1, 2 ** 20], code: 'ERR_SHAPE', text: 'too many elements' },
  { why: 'an empty batch does not hide an overflow', input: [0, 2 ** 30, 2 ** 30, 3], kernel, code: 'ERR_SHAPE', text: 'too many elements' },
  { why: 'a kernel size of 2**53', input: image, kernel: [2 ** 53, 3, 3, 8], code: 'ERR_SHAPE', text: 'every size of the kernel' },
  { why: 'an unknown kernel', input: image, kernel: [3, 3, 3, null], code: 'ERR_SHAPE', text: 'sizes of the kernel must be known' },
  { why: 'unknown channels', input: [1, 5, 5, null], kernel, code: 'ERR_SHAPE', text: 'channels must be known' },
  { why: 'negative padding', input: image, kernel, options: { padding: -1 }, code: 'ERR_ARGUMENT', text: 'padding' },
  { why: 'a pair with a negative end', input: image, kernel, options: { padding: [[0, -1], [0, 0]] }, code: 'ERR_ARGUMENT', text: 'padding' },
  { why: 'a padding that overflows', input: image, kernel, options: { padding: 2 ** 53 - 1 }, code: 'ERR_SHAPE', text: 'padded input is too large' },
  { why: 'too few pairs', input: image, kernel, options: { padding: [[1, 1]] }, code: 'ERR_ARGUMENT', text: 'one entry per spatial axis' },
  { why: 'a padding rule that does not exist', input: image, kernel, options: { padding: 'full' }, code: 'ERR_ARGUMENT', text: '"valid", "same"' },
  { why: 'causal padding of images', input: image, kernel, options: { padding: 'causal' }, code: 'ERR_ARGUMENT', text: 'causal' },
  { why: 'an unbatched image', input: [5, 5, 3], kernel, code: 'ERR_SHAPE', text: 'Add the batch axis with expandDims(x, 0)' },
  { why: 'a rank too many', input: [1, 1, 5, 5, 3], kernel, code: 'ERR_SHAPE', text: 'the input must have rank 4' },
  { why: 'a kernel without channels', input: image, kernel: [3, 3], code: 'ERR_SHAPE', text: '1 to 3 spatial axes' },
  { why: 'four spatial axes', input: [1, 2, 2, 2, 2, 1], kernel: [1, 1, 1, 1, 1, 1], code: 'ERR_SHAPE', text: '1 to 3 spatial axes' },
  { why: 'channels that do not match', input: [1, 5, 5, 4], kernel, code: 'ERR_SHAPE', text: 'the input has 4 channels but the kernel reads 3' },
  { why: 'channels in the wrong place', input: [1, 5, 5, 3], kernel, options: { dataFormat: 'channelsFirst' }, code: 'ERR_SHAPE', text: 'the input has 5 channels but the kernel reads 3' },
  { why: 'channels not divisible by groups', input: [1, 5, 5, 3], kernel: [3, 3, 1, 8], options: { groups: 2 }, code: 'ERR_SHAPE', text: '3 channels do not divide into 2 groups' },
  { why: 'filters not divisible by groups', input: [1, 5, 5, 4], kernel: [3, 3, 2, 5], options: { groups: 2 }, code: 'ERR_SHAPE', text: '5 filters do not divide into 2 groups' },
  { why: 'zero groups', input: image, kernel, options: { groups: 0 }, code: 'ERR_ARGUMENT', text: 'groups' },
  { why: 'a data format that does not exist', input: image, kernel, options: { dataFormat: 'NHWC' }, code: 'ERR_ARGUMENT', text: 'dataFormat must be one of' },
];

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
  { why: 'zero stride', input: [1, 4, 3], kernel: [2, 5, 3], options: { strides: 0 }, code: 'ERR_ARGUMENT', text: 'strides' },
  { why: 'channels that do not match', input: [2, 4, 3], kernel: [2, 4, 5], options: { strides: 2 }, code: 'ERR_SHAPE', text: 'the input has 3 channels but the kernel reads 5' },
  { why: 'causal padding', input: [1, 4, 3], kernel: [2, 5, 3], options: { padding: 'causal' }, code: 'ERR_ARGUMENT', text: 'no causal padding' },
  { why: 'output padding as large as the stride', input: [1, 4, 3], kernel: [2, 5, 3], options: { strides: 2, outputPadding: 2 }, code: 'ERR_ARGUMENT', text: 'outputPadding must be less' },
  { why: 'negative output padding', input: [1, 4, 3], kernel: [2, 5, 3], options: { strides: 2, outputPadding: -1 }, code: 'ERR_ARGUMENT', text: 'outputPadding' },
  { why: 'output padding and size', input: [1, 4, 3], kernel: [2, 5, 3], options: { strides: 2, outputPadding: 1, outputSize: 9 }, code: 'ERR_ARGUMENT', text: 'exclude each other' },
  { why: 'padding that eats the output', input: [1, 1, 3], kernel: [3, 5, 3], options: { padding: 2 }, code: 'ERR_SHAPE', text: 'the padding leaves no output: a size of -1' },
  { why: 'an output size that does not come back', input: [1, 2, 3], kernel: [2, 5, 3], options: { strides: 2, outputSize: 9 }, code: 'ERR_SHAPE', text: "a convolution takes 9 to 4, not to the input's 2" },
  { why: 'zero channels', input: [1, 4, 0], kernel: [2, 5, 3], code: 'ERR_SHAPE', text: 'no channels' },
  { why: 'an empty kernel', input: [1, 4, 3], kernel: [0, 5, 3], code: 'ERR_SHAPE', text: 'the kernel is empty' },
  { why: 'a size that overflows', input: [1, 2 ** 40, 1], kernel: [2, 1, 1], options: { strides: 2 ** 20 }, code: 'ERR_SHAPE', text: 'too large' },
  { why: 'groups that do not divide', input: [1, 4, 3], kernel: [2, 5, 3], options: { groups: 2 }, code: 'ERR_SHAPE', text: '3 channels do not divide into 2 groups' },
];
