import * as lw from '../../../../lib/index.js';
import { type Node, need, type Op } from './node.js';

const scaled = (x: lw.Tensor, factor = 1) => (factor === 1 ? x : lw.mul(x, factor));

/** alpha * A * B + beta * C */
function gemm(node: Node): lw.Tensor {
  const { alpha, beta, transA, transB } = node.attributes;
  const product = lw.matmul(need(node, 0), need(node, 1), {
    transposeA: Boolean(transA),
    transposeB: Boolean(transB),
  });
  return node.inputs[2]
    ? lw.add(scaled(product, alpha), scaled(node.inputs[2], beta))
    : scaled(product, alpha);
}

export const LINEAR: Readonly<Record<string, Op>> = {
  Gemm: gemm,
  MatMul: (node) => lw.matmul(need(node, 0), need(node, 1)),
  Einsum: (node) => lw.einsum(node.attributes.equation, ...node.inputs.map((_, i) => need(node, i))),
};
