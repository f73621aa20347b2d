import { type BroadcastShape, broadcastShapes } from '../shape/broadcast.js';
import type { Check, ShapeOf } from '../shape/typed.js';
import type { DType } from '../tensor/dtype.js';
import type { Tensor } from '../tensor/tensor.js';
import { emitOne } from './emit.js';
import {
  type DTypeIn,
  needFloat,
  needNumeric,
  needTensor,
  type Operand,
  pair,
  type ShapeIn,
  scalarOf,
} from './operands.js';

/** What JavaScript has as a number. */
type Scalar = number | bigint | boolean;

/** The check of two operands; a number fits beside everything. */
type Fit<A, B, Op extends string> = [B] extends [Scalar]
  ? unknown
  : [A] extends [Scalar]
    ? unknown
    : Check<BroadcastShape<ShapeIn<A>, ShapeIn<B>, Op>>;

/** The shape of two operands together. */
type Together<A, B, Op extends string> = [B] extends [Scalar]
  ? ShapeIn<A>
  : [A] extends [Scalar]
    ? ShapeIn<B>
    : ShapeOf<BroadcastShape<ShapeIn<A>, ShapeIn<B>, Op>>;

/** A function of two operands, element by element, with broadcasting, in the dtype of the two. */
export type BinaryFunction<Op extends string> = <A extends Operand, B extends Operand>(
  a: A,
  b: B & Fit<A, B, Op>,
) => Tensor<Together<A, B, Op>, DTypeIn<A, B>>;

/** As `BinaryFunction`, of a yes or no. */
export type ComparisonFunction<Op extends string> = <A extends Operand, B extends Operand>(
  a: A,
  b: B & Fit<A, B, Op>,
) => Tensor<Together<A, B, Op>, 'bool'>;

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
export const add: BinaryFunction<'add'> = (a: Operand, b: Operand) => arithmetic('add', a, b) as never;

/** `a - b`. @example sub(tensor([3, 4]), 1); // [2, 3] */
export const sub: BinaryFunction<'sub'> = (a: Operand, b: Operand) => arithmetic('sub', a, b) as never;

/** `a * b`. @example mul(tensor([3, 4]), tensor([[1], [2]])); // [[3, 4], [6, 8]] */
export const mul: BinaryFunction<'mul'> = (a: Operand, b: Operand) => arithmetic('mul', a, b) as never;

/** `a / b` of float tensors; division by 0 gives an infinity or NaN. For integers use `floorDiv`. */
export const div: BinaryFunction<'div'> = (a: Operand, b: Operand) => floatArithmetic('div', a, b) as never;

/** `a` to the power `b`. Integers stay integers, so a negative power of one gives 0 (or 1, or -1). */
export const pow: BinaryFunction<'pow'> = (a: Operand, b: Operand) => arithmetic('pow', a, b) as never;

/** One of each two elements, which every dtype has, bool too. */
function choice(op: string, a: Operand, b: Operand): Tensor {
  const [left, right] = pair(op, a, b);
  return emitBinary(op, left, right, left.dtype);
}

/** The larger of each two elements; NaN wins, true is larger. @example maximum(tensor([-1, 2]), 0); // [0, 2] */
export const maximum: BinaryFunction<'maximum'> = (a: Operand, b: Operand) =>
  choice('maximum', a, b) as never;

/** The smaller of each two elements; NaN wins. */
export const minimum: BinaryFunction<'minimum'> = (a: Operand, b: Operand) =>
  choice('minimum', a, b) as never;

/** The remainder with the sign of `b`, as Python's `%`; an integer by 0 gives 0. @example mod(tensor([-7, 7]), 3); // [2, 1] */
export const mod: BinaryFunction<'mod'> = (a: Operand, b: Operand) => arithmetic('mod', a, b) as never;

/** `a / b` rounded down, as Python's `//`; an integer by 0 gives 0. @example floorDiv(tensor([-7, 7]), 2); // [-4, 3] */
export const floorDiv: BinaryFunction<'floorDiv'> = (a: Operand, b: Operand) =>
  arithmetic('floorDiv', a, b) as never;

/** `(a - b) ** 2`. */
export const squaredDifference: BinaryFunction<'squaredDifference'> = (a: Operand, b: Operand) =>
  arithmetic('squaredDifference', a, b) as never;

/** The angle of the point (`b`, `a`) in radians, -pi to pi. */
export const atan2: BinaryFunction<'atan2'> = (a: Operand, b: Operand) =>
  floatArithmetic('atan2', a, b) as never;

/** `x` where it is at least 0, else `x * alpha`, with an alpha that broadcasts to x. */
export function prelu<X extends Tensor, B extends Operand>(
  x: X,
  alpha: B & Check<BroadcastShape<ShapeIn<X>, ShapeIn<B>, 'prelu'>>,
): Tensor<ShapeOf<BroadcastShape<ShapeIn<X>, ShapeIn<B>, 'prelu'>>, DTypeIn<X>>;
export function prelu(x: Tensor, alpha: Operand): Tensor {
  needFloat('prelu', 'x', needTensor('prelu', 'x', x));
  const [left, right] = pair('prelu', x, alpha);
  return emitBinary('prelu', left, right, left.dtype);
}

/** `a == b` as bool; NaN equals nothing. */
export const equal: ComparisonFunction<'equal'> = (a: Operand, b: Operand) =>
  comparison('equal', a, b) as never;

/** `a != b` as bool. */
export const notEqual: ComparisonFunction<'notEqual'> = (a: Operand, b: Operand) =>
  comparison('notEqual', a, b) as never;

/** `a < b` as bool. @example less(tensor([1, 5]), 3); // [true, false] */
export const less: ComparisonFunction<'less'> = (a: Operand, b: Operand) => comparison('less', a, b) as never;

/** `a <= b` as bool. */
export const lessEqual: ComparisonFunction<'lessEqual'> = (a: Operand, b: Operand) =>
  comparison('lessEqual', a, b) as never;

/** `a > b` as bool. */
export const greater: ComparisonFunction<'greater'> = (a: Operand, b: Operand) =>
  comparison('greater', a, b) as never;

/** `a >= b` as bool. */
export const greaterEqual: ComparisonFunction<'greaterEqual'> = (a: Operand, b: Operand) =>
  comparison('greaterEqual', a, b) as never;

/** True where both are not 0. Any dtype, bool out. */
export const logicalAnd: ComparisonFunction<'logicalAnd'> = (a: Operand, b: Operand) =>
  comparison('logicalAnd', a, b) as never;

/** True where one or both are not 0. */
export const logicalOr: ComparisonFunction<'logicalOr'> = (a: Operand, b: Operand) =>
  comparison('logicalOr', a, b) as never;

/** True where exactly one is not 0. */
export const logicalXor: ComparisonFunction<'logicalXor'> = (a: Operand, b: Operand) =>
  comparison('logicalXor', a, b) as never;

/** True where the element is 0 (or false). */
export function logicalNot<X extends Tensor>(x: X): Tensor<ShapeIn<X>, 'bool'>;
export function logicalNot(x: Tensor): Tensor {
  needTensor('logicalNot', 'x', x);
  return emitBinary('equal', x, scalarOf('logicalNot', '0', x.dtype === 'bool' ? false : 0, x.dtype), 'bool');
}
