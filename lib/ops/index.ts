// The functions on tensors, for layers and models. The public surface is lib/index.ts.

export * from './activations.js';
export * from './adaptive-pool.js';
export * from './batch-dot.js';
export * from './binary.js';
export * from './cast.js';
export * from './concat.js';
export {
  type ConvOptions,
  conv,
  conv1d,
  conv2d,
  conv3d,
  type DepthwiseOptions,
  depthwiseConv1d,
  depthwiseConv2d,
  type SeparableKernels,
  separableConv1d,
  separableConv2d,
} from './conv.js';
export * from './conv-transpose.js';
export * from './einsum.js';
export * from './gather.js';
export { dot, type MatmulOptions, matmul } from './matmul.js';
export * from './normalize.js';
export type { Operand } from './operands.js';
export * from './pad.js';
export {
  type AvgPoolOptions,
  avgPool1d,
  avgPool2d,
  avgPool3d,
  type GlobalPoolOptions,
  globalAvgPool1d,
  globalAvgPool2d,
  globalAvgPool3d,
  globalMaxPool1d,
  globalMaxPool2d,
  globalMaxPool3d,
  type MaxPoolOptions,
  maxPool1d,
  maxPool1dWithIndices,
  maxPool2d,
  maxPool2dWithIndices,
  maxPool3d,
  maxPool3dWithIndices,
  type PoolWithIndices,
} from './pool.js';
export * from './reductions.js';
export { alias, expandDims, flatten, reshape, squeeze } from './reshape.js';
export * from './resize.js';
export { flip, slice, take } from './slice.js';
export * from './softmax.js';
export { strided } from './strided.js';
export * from './tile.js';
export * from './transpose.js';
export {
  abs,
  ceil,
  clip,
  cos,
  erf,
  exp,
  expm1,
  floor,
  log,
  log1p,
  neg,
  reciprocal,
  round,
  rsqrt,
  sign,
  sin,
  sqrt,
  square,
  tan,
  tanh,
} from './unary.js';
export * from './where.js';
