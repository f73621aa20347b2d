// The public surface, listed by hand: what is not here is not promised.

export { type ErrorCode, LayerwiseError } from './errors.js';
export { getNumThreads, setNumThreads, withBackend } from './backend/settings.js';
export type { DType, TypedArray } from './tensor/dtype.js';
export { formatTensor, type PrintOptions } from './tensor/print.js';
export { type NestedArray, type Shape, Tensor } from './tensor/tensor.js';

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
export type { Operand } from './ops/operands.js';
export { expandDims, flatten, reshape, squeeze } from './ops/reshape.js';
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
