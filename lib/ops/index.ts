// The functions on tensors, for layers and models. The public surface is lib/index.ts.

export * from './activations.js';
export * from './binary.js';
export * from './cast.js';
export * from './concat.js';
export * from './gather.js';
export type { Operand } from './operands.js';
export * from './reductions.js';
export { alias, expandDims, flatten, reshape, squeeze } from './reshape.js';
export { flip, slice, take } from './slice.js';
export * from './softmax.js';
export { strided } from './strided.js';
export * from './tile.js';
export * from './transpose.js';
export {
  abs, ceil, clip, cos, erf, exp, expm1, floor, log, log1p, neg, reciprocal, round, rsqrt, sign, sin, sqrt, square, tan, tanh,
} from './unary.js';
export * from './where.js';
