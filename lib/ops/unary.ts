import { argumentError } from '../errors.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Attrs } from '../tensor/traced.js';
import { mul } from './binary.js';
import { emitOne } from './emit.js';
import { type DTypeIn, needFloat, needNumeric, needTensor, type ShapeIn } from './operands.js';

/** A function of every element, in the tensor's shape and dtype. */
export type UnaryFunction = <X extends Tensor>(x: X) => Tensor<ShapeIn<X>, DTypeIn<X>>;

/** A `unary` node: same shape and dtype out. `op` is the name errors carry, `fn` the native function. */
export function emitUnary(x: Tensor, fn: string, attrs?: Attrs): Tensor {
  return emitOne({
    op: 'unary',
    inputs: [x],
    attrs: attrs ? { fn, ...attrs } : { fn },
    outputs: [{ shape: x.shape, dtype: x.dtype }],
  });
}

/** A function from float to float. */
export function floatUnary(op: string, x: Tensor, fn: string = op, attrs?: Attrs): Tensor {
  return emitUnary(needFloat(op, 'x', needTensor(op, 'x', x)), fn, attrs);
}

/** A function that integers have too. */
export function numericUnary(op: string, x: Tensor, fn: string = op, attrs?: Attrs): Tensor {
  return emitUnary(needNumeric(op, 'x', needTensor(op, 'x', x)), fn, attrs);
}

/** `-x`. A uint8 wraps around, as in C. */
export const neg: UnaryFunction = (x: Tensor) => numericUnary('neg', x) as never;

/** `|x|`. @example abs(tensor([-1.5, 2])); // [1.5, 2] */
export const abs: UnaryFunction = (x: Tensor) => numericUnary('abs', x) as never;

/** -1, 0 or 1; NaN stays NaN. */
export const sign: UnaryFunction = (x: Tensor) => numericUnary('sign', x) as never;

/** e to the power x, of float tensors; so are all below unless they say otherwise. @throws ERR_DTYPE for integers */
export const exp: UnaryFunction = (x: Tensor) => floatUnary('exp', x) as never;

/** `exp(x) - 1`, exact near 0. */
export const expm1: UnaryFunction = (x: Tensor) => floatUnary('expm1', x) as never;

/** The natural logarithm: -Infinity at 0, NaN below. */
export const log: UnaryFunction = (x: Tensor) => floatUnary('log', x) as never;

/** `log(1 + x)`, exact near 0. */
export const log1p: UnaryFunction = (x: Tensor) => floatUnary('log1p', x) as never;

/** The square root; NaN below 0. */
export const sqrt: UnaryFunction = (x: Tensor) => floatUnary('sqrt', x) as never;

/** `1 / sqrt(x)`. */
export const rsqrt: UnaryFunction = (x: Tensor) => floatUnary('rsqrt', x) as never;

/** `x * x`, of integers too. */
export function square<X extends Tensor>(x: X): Tensor<ShapeIn<X>, DTypeIn<X>>;
export function square(x: Tensor): Tensor {
  const checked = needNumeric('square', 'x', needTensor('square', 'x', x));
  return checked.dtype === 'float32' || checked.dtype === 'float64' ? emitUnary(x, 'square') : mul(x, x);
}

/** `1 / x`. */
export const reciprocal: UnaryFunction = (x: Tensor) => floatUnary('reciprocal', x) as never;

/** The largest integer not above x. */
export const floor: UnaryFunction = (x: Tensor) => floatUnary('floor', x) as never;

/** The least integer not below x. */
export const ceil: UnaryFunction = (x: Tensor) => floatUnary('ceil', x) as never;

/** The nearest integer, halves to the even one, as NumPy. @example round(tensor([0.5, 1.5, 2.5])); // [0, 2, 2] */
export const round: UnaryFunction = (x: Tensor) => floatUnary('round', x) as never;

/** The sine of radians. */
export const sin: UnaryFunction = (x: Tensor) => floatUnary('sin', x) as never;

/** The cosine of radians. */
export const cos: UnaryFunction = (x: Tensor) => floatUnary('cos', x) as never;

/** The tangent of radians. */
export const tan: UnaryFunction = (x: Tensor) => floatUnary('tan', x) as never;

/** The hyperbolic tangent. */
export const tanh: UnaryFunction = (x: Tensor) => floatUnary('tanh', x) as never;

/** The error function. */
export const erf: UnaryFunction = (x: Tensor) => floatUnary('erf', x) as never;

/**
 * `x` held between `min` and `max`, of integers too; NaN stays NaN.
 * @throws ERR_ARGUMENT when a bound is NaN or min is above max
 *
 * @example
 * clip(tensor([-2, 0.5, 9]), 0, 1); // [0, 0.5, 1]
 */
export function clip<X extends Tensor>(x: X, min: number, max: number): Tensor<ShapeIn<X>, DTypeIn<X>>;
export function clip(x: Tensor, min: number, max: number): Tensor {
  if (typeof min !== 'number' || typeof max !== 'number' || !(min <= max)) {
    throw argumentError('clip', 'min and max must be numbers, min at most max', { min, max });
  }
  return numericUnary('clip', x, 'clip', { alpha: min, beta: max });
}
