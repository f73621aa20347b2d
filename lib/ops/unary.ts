import { argumentError } from '../errors.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Attrs } from '../tensor/traced.js';
import { mul } from './binary.js';
import { emitOne } from './emit.js';
import { needFloat, needNumeric, needTensor } from './operands.js';

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
export const neg = (x: Tensor): Tensor => numericUnary('neg', x);

/** `|x|`. @example abs(tensor([-1.5, 2])); // [1.5, 2] */
export const abs = (x: Tensor): Tensor => numericUnary('abs', x);

/** -1, 0 or 1; NaN stays NaN. */
export const sign = (x: Tensor): Tensor => numericUnary('sign', x);

/** e to the power x, of float tensors; so are all below unless they say otherwise. @throws ERR_DTYPE for integers */
export const exp = (x: Tensor): Tensor => floatUnary('exp', x);

/** `exp(x) - 1`, exact near 0. */
export const expm1 = (x: Tensor): Tensor => floatUnary('expm1', x);

/** The natural logarithm: -Infinity at 0, NaN below. */
export const log = (x: Tensor): Tensor => floatUnary('log', x);

/** `log(1 + x)`, exact near 0. */
export const log1p = (x: Tensor): Tensor => floatUnary('log1p', x);

/** The square root; NaN below 0. */
export const sqrt = (x: Tensor): Tensor => floatUnary('sqrt', x);

/** `1 / sqrt(x)`. */
export const rsqrt = (x: Tensor): Tensor => floatUnary('rsqrt', x);

/** `x * x`, of integers too. */
export function square(x: Tensor): Tensor {
  const checked = needNumeric('square', 'x', needTensor('square', 'x', x));
  return checked.dtype === 'float32' || checked.dtype === 'float64' ? emitUnary(x, 'square') : mul(x, x);
}

/** `1 / x`. */
export const reciprocal = (x: Tensor): Tensor => floatUnary('reciprocal', x);

/** The largest integer not above x. */
export const floor = (x: Tensor): Tensor => floatUnary('floor', x);

/** The least integer not below x. */
export const ceil = (x: Tensor): Tensor => floatUnary('ceil', x);

/** The nearest integer, halves to the even one, as NumPy. @example round(tensor([0.5, 1.5, 2.5])); // [0, 2, 2] */
export const round = (x: Tensor): Tensor => floatUnary('round', x);

/** The sine of radians. */
export const sin = (x: Tensor): Tensor => floatUnary('sin', x);

/** The cosine of radians. */
export const cos = (x: Tensor): Tensor => floatUnary('cos', x);

/** The tangent of radians. */
export const tan = (x: Tensor): Tensor => floatUnary('tan', x);

/** The hyperbolic tangent. */
export const tanh = (x: Tensor): Tensor => floatUnary('tanh', x);

/** The error function. */
export const erf = (x: Tensor): Tensor => floatUnary('erf', x);

/**
 * `x` held between `min` and `max`, of integers too; NaN stays NaN.
 * @throws ERR_ARGUMENT when a bound is NaN or min is above max
 *
 * @example
 * clip(tensor([-2, 0.5, 9]), 0, 1); // [0, 0.5, 1]
 */
export function clip(x: Tensor, min: number, max: number): Tensor {
  if (typeof min !== 'number' || typeof max !== 'number' || !(min <= max)) {
    throw argumentError('clip', 'min and max must be numbers, min at most max', { min, max });
  }
  return numericUnary('clip', x, 'clip', { alpha: min, beta: max });
}
