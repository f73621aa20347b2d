// The public surface, listed by hand: what is not here is not promised.

export { type ErrorCode, LayerwiseError } from './errors.js';
export { limits, type MachineInfo, machineInfo, version } from './backend/machine.js';
export type { BackendName } from './backend/native.js';
export { getNumThreads, setNumThreads, withBackend } from './backend/settings.js';
export type { DType, TypedArray } from './tensor/dtype.js';
export { formatTensor, type PrintOptions } from './tensor/print.js';
export { type NestedArray, type Shape, Tensor } from './tensor/tensor.js';
export { allClose, type CloseOptions } from './tensor/compare.js';
export {
  arange,
  clone,
  type DTypeOf,
  eye,
  full,
  linspace,
  type LinspaceOptions,
  ones,
  scalar,
  type Sizes,
  tensor,
  zeros,
} from './tensor/create.js';
export { Generator, random, type RandomOptions } from './tensor/random.js';

export {
  add,
  atan2,
  div,
  equal,
  floorDiv,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  maximum,
  minimum,
  mod,
  mul,
  notEqual,
  pow,
  prelu,
  squaredDifference,
  sub,
} from './ops/binary.js';
export {
  ACTIVATIONS,
  type ActivationName,
  type ActivationSpec,
  applyActivation,
  celu,
  elu,
  gelu,
  type GeluOptions,
  hardSigmoid,
  hardSwish,
  hardTanh,
  leakyRelu,
  logSigmoid,
  mish,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  softplus,
  softsign,
  threshold,
} from './ops/activations.js';
export {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveAvgPool3d,
  adaptiveMaxPool1d,
  adaptiveMaxPool1dWithIndices,
  adaptiveMaxPool2d,
  adaptiveMaxPool2dWithIndices,
  adaptiveMaxPool3d,
  adaptiveMaxPool3dWithIndices,
  type AdaptivePoolOptions,
  type OutputSize,
} from './ops/adaptive-pool.js';
export { batchDot } from './ops/batch-dot.js';
export { cast } from './ops/cast.js';
export { concat, split, stack, unstack } from './ops/concat.js';
export {
  conv,
  conv1d,
  conv2d,
  conv3d,
  type ConvOptions as ConvOpOptions,
  depthwiseConv1d,
  depthwiseConv2d,
  type DepthwiseOptions as DepthwiseOpOptions,
  separableConv1d,
  separableConv2d,
  type SeparableKernels,
} from './ops/conv.js';
export {
  conv1dTranspose,
  conv2dTranspose,
  conv3dTranspose,
  type ConvTransposeOptions as ConvTransposeOpOptions,
} from './ops/conv-transpose.js';
export { einsum } from './ops/einsum.js';
export { gather } from './ops/gather.js';
export { dot, matmul, type MatmulOptions } from './ops/matmul.js';
export {
  batchNorm,
  type BatchNormOptions,
  foldBatchNorm,
  groupNorm,
  type GroupNormOptions,
  l2Normalize,
  type L2NormalizeOptions,
  layerNorm,
  type LayerNormOptions,
  rmsNorm,
  type ScaleShift,
  scaleShift,
} from './ops/normalize.js';
export type { Operand } from './ops/operands.js';
export { pad, type PadOptions } from './ops/pad.js';
export {
  avgPool1d,
  avgPool2d,
  avgPool3d,
  type AvgPoolOptions,
  globalAvgPool1d,
  globalAvgPool2d,
  globalAvgPool3d,
  globalMaxPool1d,
  globalMaxPool2d,
  globalMaxPool3d,
  type GlobalPoolOptions,
  maxPool1d,
  maxPool1dWithIndices,
  maxPool2d,
  maxPool2dWithIndices,
  maxPool3d,
  maxPool3dWithIndices,
  type MaxPoolOptions,
  type PoolWithIndices,
} from './ops/pool.js';
export {
  all,
  any,
  type ArgReduceOptions,
  argMax,
  argMin,
  logSumExp,
  max,
  mean,
  min,
  norm,
  prod,
  type ReduceOptions,
  std,
  sum,
  variance,
} from './ops/reductions.js';
export { expandDims, flatten, reshape, squeeze } from './ops/reshape.js';
export { resize, type ResizeOptions } from './ops/resize.js';
export { flip, slice, take } from './ops/slice.js';
export { logSoftmax, softmax } from './ops/softmax.js';
export { broadcastTo, repeat, tile } from './ops/tile.js';
export { moveaxis, swapaxes, transpose } from './ops/transpose.js';
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
} from './ops/unary.js';
export { where } from './ops/where.js';
export type { BatchDotAxes } from './shape/batch-dot.js';
export type { PadMode, PadWidths } from './shape/pad.js';
export type { NearestRounding, ResizeCoordinates, ResizeMethod } from './shape/resize.js';
export type { DataFormat, Padding, PerAxis } from './shape/spatial.js';
export * from './layers/index.js';
