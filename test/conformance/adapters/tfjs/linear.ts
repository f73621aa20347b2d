import * as lw from '../../../../lib/index.js';
import type { Args, Op } from './args.js';
import { upcast } from './elementwise.js';

/** One tensor, or the operands one after the other. */
function einsum({ equation, tensors, arg2, arg3 }: Args): lw.Tensor {
  return lw.einsum(equation, ...[tensors, arg2, arg3].flat().filter((x) => x instanceof lw.Tensor));
}

export const LINEAR: Readonly<Record<string, Op>> = {
  matMul: ({ a, b, transposeA = false, transposeB = false }) => {
    const [left, right] = upcast([a, b], 'int32') as [lw.Tensor, lw.Tensor];
    return lw.matmul(left, right, { transposeA, transposeB });
  },
  dot: ({ t1, t2 }) => lw.dot(t1, t2),
  outerProduct: ({ v1, v2 }) => lw.mul(lw.expandDims(v1, 1), v2),
  einsum,
};
