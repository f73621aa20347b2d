import type { Shape, Tensor } from '../tensor/tensor.js';
import { emitOne } from './emit.js';

/** A `copy` node: `out[i...] = x.flat[offset + sum(i * stride)]`. Strides count elements of x and may be 0 or negative. */
export function strided(x: Tensor, shape: Shape, offset: number, strides: readonly number[]): Tensor {
  return emitOne({
    op: 'copy',
    inputs: [x],
    attrs: { offset, strides },
    outputs: [{ shape, dtype: x.dtype }],
  });
}
