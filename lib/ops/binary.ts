import { broadcastShapes } from '../shape/broadcast.js';
import type { DType } from '../tensor/dtype.js';
import type { Tensor } from '../tensor/tensor.js';
import { emitOne } from './emit.js';
import { needFloat, needNumeric, needTensor, type Operand, pair, scalarOf } from './operands.js';

function emitBinary(op: string, a: Tensor, b: Tensor, dtype: DType): Tensor {
  const shape = broadcastShapes(op, a.shape, b.shape);
  return emitOne({ op: 'binary', inputs: [a, b], attrs: { fn: op }, outputs: [{ shape, dtype }] });
}

/** Arithmetic on numbers of one dtype. */
function arithmetic(op: string, a: Operand, b: Operand): Tensor {
  const [left, right] = pair(op, a, b);
  needNumeric(op, 'a', left);
  return emitBinary(op, left, right, left.dtype);
}

/** Arithmetic whose result is no integer in general. */
function floatArithmetic(op: string, a: Operand, b: Operand): Tensor {
  const [left, right] = pair(op, a, b);
  needFloat(op, 'a', left);
  return emitBinary(op, left, right, left.dtype);
}

function comparison(op: string, a: Operand, b: Operand): Tensor {
  const [left, right] = pair(op, a, b);
  return emitBinary(op, left, right, 'bool');
}

/**
 * `a + b`, element by element, with NumPy's broadcasting. A number takes the dtype of the tensor beside it;
 * integers wrap around at the ends of their range.
 * @throws ERR_DTYPE for two different dtypes, ERR_SHAPE for shapes that do not broadcast; so do all functions of this file
 *
 * @example
 * add(tensor([[1, 2], [3, 4]]), tensor([10, 20])); // [[11, 22], [13, 24]]
 */
export const add = (a: Operand, b: Operand): Tensor => arithmetic('add', a, b);

/** `a - b`. @example sub(tensor([3, 4]), 1); // [2, 3] */
export const sub = (a: Operand, b: Operand): Tensor => arithmetic('sub', a, b);

/** `a * b`. @example mul(tensor([3, 4]), tensor([[1], [2]])); // [[3, 4], [6, 8]] */
export const mul = (a: Operand, b: Operand): Tensor => arithmetic('mul', a, b);

/** `a / b` of float tensors; division by 0 gives an infinity or NaN. For integers use `floorDiv`. */
export const div = (a: Operand, b: Operand): Tensor => floatArithmetic('div', a, b);

/** `a` to the power `b`. Integers stay integers, so a negative power of one gives 0 (or 1, or -1). */
export const pow = (a: Operand, b: Operand): Tensor => arithmetic('pow', a, b);

/** One of each two elements, which every dtype has, bool too. */
function choice(op: string, a: Operand, b: Operand): Tensor {
  const [left, right] = pair(op, a, b);
  return emitBinary(op, left, right, left.dtype);
}

/** The larger of each two elements; NaN wins, true is larger. @example maximum(tensor([-1, 2]), 0); // [0, 2] */
export const maximum = (a: Operand, b: Operand): Tensor => choice('maximum', a, b);

/** The smaller of each two elements; NaN wins. */
export const minimum = (a: Operand, b: Operand): Tensor => choice('minimum', a, b);

/** The remainder with the sign of `b`, as Python's `%`; an integer by 0 gives 0. @example mod(tensor([-7, 7]), 3); // [2, 1] */
export const mod = (a: Operand, b: Operand): Tensor => arithmetic('mod', a, b);

/** `a / b` rounded down, as Python's `//`; an integer by 0 gives 0. @example floorDiv(tensor([-7, 7]), 2); // [-4, 3] */
export const floorDiv = (a: Operand, b: Operand): Tensor => arithmetic('floorDiv', a, b);

/** `(a - b) ** 2`. */
export const squaredDifference = (a: Operand, b: Operand): Tensor => arithmetic('squaredDifference', a, b);

/** The angle of the point (`b`, `a`) in radians, -pi to pi. */
export const atan2 = (a: Operand, b: Operand): Tensor => floatArithmetic('atan2', a, b);

/** `x` where it is at least 0, else `x * alpha`, with an alpha that broadcasts to x. */
export function prelu(x: Tensor, alpha: Operand): Tensor {
  needFloat('prelu', 'x', needTensor('prelu', 'x', x));
  const [left, right] = pair('prelu', x, alpha);
  return emitBinary('prelu', left, right, left.dtype);
}

/** `a == b` as bool; NaN equals nothing. */
export const equal = (a: Operand, b: Operand): Tensor => comparison('equal', a, b);

/** `a != b` as bool. */
export const notEqual = (a: Operand, b: Operand): Tensor => comparison('notEqual', a, b);

/** `a < b` as bool. @example less(tensor([1, 5]), 3); // [true, false] */
export const less = (a: Operand, b: Operand): Tensor => comparison('less', a, b);

/** `a <= b` as bool. */
export const lessEqual = (a: Operand, b: Operand): Tensor => comparison('lessEqual', a, b);

/** `a > b` as bool. */
export const greater = (a: Operand, b: Operand): Tensor => comparison('greater', a, b);

/** `a >= b` as bool. */
export const greaterEqual = (a: Operand, b: Operand): Tensor => comparison('greaterEqual', a, b);

/** True where both are not 0. Any dtype, bool out. */
export const logicalAnd = (a: Operand, b: Operand): Tensor => comparison('logicalAnd', a, b);

/** True where one or both are not 0. */
export const logicalOr = (a: Operand, b: Operand): Tensor => comparison('logicalOr', a, b);

/** True where exactly one is not 0. */
export const logicalXor = (a: Operand, b: Operand): Tensor => comparison('logicalXor', a, b);

/** True where the element is 0 (or false). */
export function logicalNot(x: Tensor): Tensor {
  needTensor('logicalNot', 'x', x);
  return emitBinary('equal', x, scalarOf('logicalNot', '0', x.dtype === 'bool' ? false : 0, x.dtype), 'bool');
}
