import type { Tensor } from '../tensor/tensor.js';
import type { TraceNode } from '../tensor/traced.js';

const product = (sizes: readonly (number | null)[]): number =>
  sizes.reduce<number>((total, size) => total * (size ?? Number.NaN), 1);

/** Multiply-adds of a convolution, transposed convolution or matmul; 0 for everything else, which moves more than it computes. */
export function multiplyAdds({ op, inputs, outputs, attrs }: TraceNode): number {
  const [x, w] = inputs as readonly [Tensor, Tensor];
  const out = outputs[0] as Tensor;
  switch (op) {
    case 'conv':
      return product(out.shape) * product(w.shape.slice(0, -1)); // w [...k, C/g, O]
    case 'convTranspose':
      return product(x.shape) * product(w.shape.slice(0, -1)); // w [...k, O/g, I]
    case 'matmul':
      return product(out.shape) * (x.shape.at(attrs.transposeA === true ? -2 : -1) ?? Number.NaN);
    default:
      return 0;
  }
}
