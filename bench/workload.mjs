// What a workload says without saying it: read by every contender.
import { product, randomFor } from './random.mjs';

/** The second operand of a fully connected layer is a constant, which may be packed once; other products change both. */
export const isConstant = ({ op, id }) => op === 'matmul' && id.startsWith('fc_');

/** The spatial sizes of the output of a convolution or pooling with a window. */
export function spatialOutput(workload) {
  const { x, w, stride, pad, dil } = workload;
  const window = workload.k ?? w.slice(2);
  return window.map((size, i) => {
    const span = (size - 1) * (dil?.[i] ?? 1) + 1;
    return Math.floor((x[i + 2] + pad[i] + pad[i + window.length] - span) / stride[i]) + 1;
  });
}

/** The operands: a, b of a matmul, x of a pooling, x, w, b (the bias) of a convolution; each { dims, data }. */
export function operandsOf(workload) {
  const { op, id, x, w, a, b } = workload;
  const make = (name, dims, scale) => ({ dims, data: randomFor(`${id}/${name}`, product(dims), scale) });
  if (op === 'matmul') return { a: make('a', a), b: make('b', b) };
  if (op !== 'conv') return { x: make('x', x) };
  return { x: make('x', x), w: make('w', w, 0.1), b: make('b', [w[0]]) };
}
