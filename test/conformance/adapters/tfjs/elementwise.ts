import * as lw from '../../../../lib/index.js';
import { type Args, float, type Op } from './args.js';

const unary =
  (f: (x: lw.Tensor) => lw.Tensor): Op =>
  ({ x }) =>
    f(x);

const isTensor = (value: unknown): value is lw.Tensor => value instanceof lw.Tensor;

/** float32 before int32 before bool: the dtype that holds both operands. */
const WIDTH: readonly lw.DType[] = ['bool', 'int32', 'float32'];

/** tfjs computes in the dtype that holds all operands, `least` or more. */
export function upcast(operands: readonly lw.Tensor[], least: lw.DType): lw.Tensor[] {
  const width = Math.max(WIDTH.indexOf(least), ...operands.map(({ dtype }) => WIDTH.indexOf(dtype)));
  return operands.map((x) => lw.cast(x, WIDTH[width] as lw.DType));
}

/** tfjs brings both operands to one dtype; booleans count as int32. */
const binary =
  (f: (a: lw.Tensor, b: lw.Tensor) => lw.Tensor): Op =>
  ({ a, b }: Args) => {
    if (!isTensor(a) || !isTensor(b)) return f(a, b);
    const [left, right] = upcast([a, b], 'int32') as [lw.Tensor, lw.Tensor];
    return f(left, right);
  };

const divide = (a: lw.Tensor, b: lw.Tensor) => (a.dtype === 'int32' ? lw.floorDiv(a, b) : lw.div(a, b));

function pow({ base, exp }: Args): lw.Tensor {
  const [a, b] = upcast([base, exp], 'int32') as [lw.Tensor, lw.Tensor];
  return lw.pow(a, b);
}

/** 1 above 0, `alpha` elsewhere; NaN stays. */
function step({ x, alpha = 0 }: Args): lw.Tensor {
  const number = float(x);
  const stepped = lw.where(lw.greater(number, 0), lw.full(number.shape as number[], 1), alpha);
  return lw.where(lw.equal(number, number), stepped, number);
}

/** `where(condition, a, b)`, or `a.where(condition, b)`. */
function where({ condition, a, b }: Args): lw.Tensor {
  const [chosen, first] = condition.dtype === 'bool' ? [condition, a] : [a, condition];
  const [x, y] = upcast([first, b], 'bool') as [lw.Tensor, lw.Tensor];
  return lw.where(chosen, x, y);
}

export const ELEMENTWISE: Readonly<Record<string, Op>> = {
  abs: unary(lw.abs),
  neg: unary(lw.neg),
  exp: unary(lw.exp),
  log: unary(lw.log),
  sqrt: unary(lw.sqrt),
  square: unary(lw.square),
  tanh: unary(lw.tanh),
  erf: unary((x) => lw.erf(float(x))),
  elu: unary((x) => lw.elu(x)),
  selu: unary(lw.selu),
  relu: unary(lw.relu),
  relu6: unary(lw.relu6),
  leakyRelu: ({ x, alpha = 0.2 }) => lw.leakyRelu(x, alpha),
  prelu: ({ x, alpha }) =>
    lw.prelu(x, Array.isArray(alpha) ? (lw.tensor(alpha) as unknown as lw.Tensor) : alpha),
  sigmoid: unary(lw.sigmoid),
  logSigmoid: unary(lw.logSigmoid),
  softplus: unary(lw.softplus),
  step,
  clipByValue: ({ x, clipValueMin, clipValueMax }) => lw.clip(x, clipValueMin, clipValueMax),
  add: binary(lw.add),
  sub: binary(lw.sub),
  mul: binary(lw.mul),
  div: binary(divide),
  divNoNan: binary((a, b) => lw.where(lw.equal(b, 0), lw.zeros(b.shape as number[]), lw.div(a, b))),
  mod: binary(lw.mod),
  maximum: binary(lw.maximum),
  minimum: binary(lw.minimum),
  squaredDifference: binary(lw.squaredDifference),
  pow,
  where,
  cast: ({ x, dtype }) => lw.cast(x, dtype),
  asType: ({ x, arg1 }) => lw.cast(x, arg1),
};
