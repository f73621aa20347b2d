import { checkDType, type DType } from '../tensor/dtype.js';
import type { Tensor } from '../tensor/tensor.js';
import { emitOne } from './emit.js';
import { needTensor, type ShapeIn } from './operands.js';

/**
 * The values in another dtype; the tensor itself when it has that dtype already. Floats lose their fraction on the way
 * to integers and stay within the dtype's range (NaN gives 0); integers wrap into narrower ones; bool is `x != 0`.
 *
 * @example
 * cast(tensor([1.9, -1.9, 300]), 'uint8'); // [1, 0, 255]
 */
export function cast<X extends Tensor, D extends DType>(x: X, dtype: D): Tensor<ShapeIn<X>, D>;
export function cast(x: Tensor, dtype: DType): Tensor {
  needTensor('cast', 'x', x);
  if (checkDType('cast', dtype) === x.dtype) return x;
  return emitOne({ op: 'cast', inputs: [x], outputs: [{ shape: x.shape, dtype }] });
}
