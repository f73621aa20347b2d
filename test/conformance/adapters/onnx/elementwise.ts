import * as lw from '../../../../lib/index.js';
import { axisOf, dimsOf, type Node, need, type Op } from './node.js';

type Unary = (x: lw.Tensor) => lw.Tensor;
const unary =
  (f: Unary): Op =>
  (node) =>
    f(need(node, 0));

/** Before opset 7 the second operand lies along the first one's axes from `axis` on; since then as in NumPy. */
function second(node: Node, a: lw.Tensor): lw.Tensor {
  const b = need(node, 1);
  const { axis } = node.attributes;
  if (node.opset >= 7 || axis === undefined) return b;
  const at = axisOf(axis, a.rank);
  return lw.reshape(b, [...dimsOf(b), ...new Array<number>(Math.max(0, a.rank - at - b.rank)).fill(1)]);
}

const binary =
  (f: (a: lw.Tensor, b: lw.Tensor) => lw.Tensor): Op =>
  (node) =>
    f(need(node, 0), second(node, need(node, 0)));

const isFloat = (x: lw.Tensor) => x.dtype === 'float32' || x.dtype === 'float64';

/** Integers divide toward zero, as a cast of the quotient rounds. */
const div = (a: lw.Tensor, b: lw.Tensor) =>
  isFloat(a) ? lw.div(a, b) : lw.cast(lw.div(lw.cast(a, 'float64'), lw.cast(b, 'float64')), a.dtype);

/** The exponent may have another dtype; the result has the base's. */
const pow = (a: lw.Tensor, b: lw.Tensor) =>
  a.dtype === b.dtype ? lw.pow(a, b) : lw.cast(lw.pow(lw.cast(a, 'float64'), lw.cast(b, 'float64')), a.dtype);

/** Any number of inputs, folded from the left. */
const variadic =
  (f: (a: lw.Tensor, b: lw.Tensor) => lw.Tensor): Op =>
  (node) =>
    node.inputs.slice(1).reduce((a: lw.Tensor, _, i) => f(a, need(node, i + 1)), need(node, 0));

/** Bounds are inputs since opset 11, attributes before; min above max gives max. */
function clip(node: Node): lw.Tensor {
  const { min, max } = node.attributes;
  const [low, high] = [node.inputs[1] ?? min, node.inputs[2] ?? max];
  const x = low === undefined ? need(node, 0) : lw.maximum(need(node, 0), low);
  return high === undefined ? x : lw.minimum(x, high);
}

/** Before opset 7 the slopes are one per channel, or one. */
function prelu(node: Node): lw.Tensor {
  const [x, slope] = [need(node, 0), need(node, 1)];
  if (node.opset >= 7 || slope.size === 1) return lw.prelu(x, slope);
  return lw.prelu(x, lw.reshape(slope, [-1, ...new Array<number>(x.rank - 2).fill(1)]));
}

/** ONNX's numbers of the dtypes that there are here; float16 and bfloat16 are held as float32. */
const CAST: Readonly<Record<number, lw.DType>> = {
  1: 'float32',
  2: 'uint8',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  10: 'float32',
  11: 'float64',
  16: 'float32',
};

export const ELEMENTWISE: Readonly<Record<string, Op>> = {
  Add: binary(lw.add),
  Sub: binary(lw.sub),
  Mul: binary(lw.mul),
  Div: binary(div),
  Pow: binary(pow),
  Sum: variadic(lw.add),
  Max: variadic(lw.maximum),
  Min: variadic(lw.minimum),
  Mean: (node) => lw.div(variadic(lw.add)(node) as lw.Tensor, node.inputs.length),
  Clip: clip,
  PRelu: prelu,
  Cast: (node) => lw.cast(need(node, 0), CAST[node.attributes.to] as lw.DType),
  Where: (node) => lw.where(need(node, 0), need(node, 1), need(node, 2)),
  Identity: unary((x) => x),
  Dropout: unary((x) => x),
  Neg: unary(lw.neg),
  Exp: unary(lw.exp),
  Log: unary(lw.log),
  Sqrt: unary(lw.sqrt),
  Erf: unary(lw.erf),
  Tanh: unary(lw.tanh),
  Sigmoid: unary(lw.sigmoid),
  Relu: unary(lw.relu),
  Mish: unary(lw.mish),
  Softplus: unary(lw.softplus),
  Softsign: unary(lw.softsign),
  LeakyRelu: (node) => lw.leakyRelu(need(node, 0), node.attributes.alpha ?? 0.01),
  Elu: (node) => lw.elu(need(node, 0), node.attributes.alpha ?? 1),
  Celu: (node) => lw.celu(need(node, 0), node.attributes.alpha ?? 1),
  Gelu: (node) => lw.gelu(need(node, 0), { approximate: node.attributes.approximate === 'tanh' }),
  HardSigmoid: (node) =>
    lw.hardSigmoid(need(node, 0), node.attributes.alpha ?? 0.2, node.attributes.beta ?? 0.5),
  Selu: (node) => {
    const { alpha, gamma } = node.attributes;
    return alpha === undefined ? lw.selu(need(node, 0)) : lw.mul(lw.elu(need(node, 0), alpha), gamma);
  },
  Swish: (node) => lw.mul(need(node, 0), lw.sigmoid(lw.mul(need(node, 0), node.attributes.alpha ?? 1))),
  ThresholdedRelu: (node) => lw.threshold(need(node, 0), node.attributes.alpha ?? 1, 0),
};
