import * as lw from '../../../../lib/index.js';
import type { Args } from './args.js';
import type { Op } from './index.js';

type Unary = (x: lw.Tensor) => lw.Tensor;
const unary =
  (f: Unary): Op =>
  ({ input }: Args) =>
    f(input);

type Operand = lw.Tensor | number;
const binary =
  (f: (a: lw.Tensor, b: Operand) => lw.Tensor): Op =>
  ({ input, arg1, alpha = 1 }: Args) => {
    if (!(input instanceof lw.Tensor))
      throw new lw.LayerwiseError('ERR_ARGUMENT', 'binary: the first operand must be a tensor');
    if (!(arg1 instanceof lw.Tensor))
      throw new lw.LayerwiseError('ERR_ARGUMENT', 'binary: the second operand must be a tensor');
    return f(input, alpha === 1 ? arg1 : lw.mul(arg1, alpha));
  };

function div({ input, arg1, rounding_mode }: Args): lw.Tensor {
  if (rounding_mode === 'floor') return lw.floor(lw.div(input, arg1));
  const quotient = lw.div(input, arg1);
  if (rounding_mode !== 'trunc') return quotient;
  return lw.mul(lw.sign(quotient), lw.floor(lw.abs(quotient)));
}

/** One slope, or one per channel (axis 1). */
function prelu({ input, weight }: Args): lw.Tensor {
  if (input.rank === 0 && weight.rank > 0 && weight.size > 1) {
    throw new lw.LayerwiseError('ERR_SHAPE', 'prelu: a scalar has no channels');
  }
  if (weight.size === 1) return lw.prelu(input, lw.reshape(weight, []));
  return lw.prelu(input, lw.reshape(weight, [-1, ...new Array<number>(Math.max(0, input.rank - 2)).fill(1)]));
}

const shrink = (lambda: number) => (x: lw.Tensor) =>
  lw.where(lw.greater(lw.abs(x), lambda), x, lw.zeros(x.shape as number[]));

function softshrink({ input, lambd = 0.5 }: Args): lw.Tensor {
  if (lambd < 0) throw new lw.LayerwiseError('ERR_ARGUMENT', 'softshrink: lambda is negative');
  return lw.mul(lw.sign(input), lw.relu(lw.sub(lw.abs(input), lambd)));
}

function clamp({ input, min, max }: Args): lw.Tensor {
  const low = min === undefined || min === null ? input : lw.maximum(input, min);
  return max === undefined || max === null ? low : lw.minimum(low, max);
}

function glu({ input, arg1, dim }: Args): lw.Tensor {
  const [a, b] = lw.split(input, 2, arg1 ?? dim ?? -1) as [lw.Tensor, lw.Tensor];
  return lw.mul(a, lw.sigmoid(b));
}

const slope = ({ input, negative_slope = 0.01 }: Args) => lw.leakyRelu(input, negative_slope);

export const ELEMENTWISE: Readonly<Record<string, Op>> = {
  add: binary(lw.add),
  sub: binary(lw.sub),
  mul: binary(lw.mul),
  maximum: binary(lw.maximum),
  minimum: binary(lw.minimum),
  pow: ({ input, arg1 }) => {
    if (!(input instanceof lw.Tensor))
      throw new lw.LayerwiseError('ERR_ARGUMENT', 'pow: the base must be a tensor');
    return lw.pow(input, arg1);
  },
  div,
  clamp,
  prelu,
  glu,
  softshrink,
  relu: unary(lw.relu),
  relu6: unary(lw.relu6),
  leaky_relu: slope,
  elu: ({ input, alpha = 1 }) => lw.elu(input, alpha),
  selu: unary(lw.selu),
  celu: ({ input, alpha = 1 }) => lw.celu(input, alpha),
  gelu: ({ input, approximate = 'none' }) => {
    if (approximate !== 'none' && approximate !== 'tanh')
      throw new lw.LayerwiseError('ERR_ARGUMENT', 'gelu: approximate must be none or tanh');
    return lw.gelu(input, { approximate: approximate === 'tanh' });
  },
  silu: unary(lw.silu),
  mish: unary(lw.mish),
  hardsigmoid: unary((x) => lw.hardSigmoid(x)),
  hardswish: unary(lw.hardSwish),
  hardtanh: ({ input, min_val = -1, max_val = 1 }) => lw.minimum(lw.maximum(input, min_val), max_val),
  hardshrink: ({ input, lambd = 0.5 }) => shrink(lambd)(input),
  logsigmoid: unary(lw.logSigmoid),
  sigmoid: unary(lw.sigmoid),
  softplus: ({ input, beta = 1 }) => lw.div(lw.softplus(lw.mul(input, beta)), beta),
  softsign: unary(lw.softsign),
  tanh: unary(lw.tanh),
  tanhshrink: unary((x) => lw.sub(x, lw.tanh(x))),
  threshold: ({ input, arg1, arg2, threshold, value }) =>
    lw.threshold(input, arg1 ?? threshold, arg2 ?? value),
  where: ({ input, condition, other }) => lw.where(condition, input, other),
};
