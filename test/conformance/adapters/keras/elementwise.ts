import * as lw from '../../../../lib/index.js';
import { type Args, float, floatOperand, type Op } from './args.js';

type Unary = (x: lw.Tensor) => lw.Tensor;
type Binary = (a: lw.Tensor, b: lw.Operand) => lw.Tensor;

const unary =
  (f: Unary): Op =>
  ({ x }: Args) =>
    f(x);

/** Of integers the result is float. */
const floating =
  (f: Unary): Op =>
  ({ x }: Args) =>
    f(float(x));

/** One operand may be a number. */
const binary =
  (f: Binary): Op =>
  ({ x1, x2 }: Args) =>
    f(x1, x2);

const divide: Op = ({ x1, x2 }) => lw.div(floatOperand(x1) as lw.Tensor, floatOperand(x2));

/** f(x; threshold, slope, max_value) as keras.ops.relu has it. */
function relu({ x, negative_slope: slope = 0, max_value: most, threshold: at = 0 }: Args): lw.Tensor {
  const below = lw.mul(lw.sub(x, at), slope);
  const y = lw.where(at === 0 ? lw.greaterEqual(x, at) : lw.greater(x, at), x, below);
  return most === undefined || most === null ? y : lw.minimum(y, most);
}

function round({ x, decimals = 0 }: Args): lw.Tensor {
  if (decimals === 0) return lw.round(x);
  const factor = 10 ** Math.abs(decimals);
  const wide = lw.cast(x, 'float64');
  const rounded =
    decimals > 0
      ? lw.div(lw.round(lw.mul(wide, factor)), factor)
      : lw.mul(lw.round(lw.div(wide, factor)), factor);
  return lw.cast(rounded, x.dtype);
}

function glu({ x, axis = -1 }: Args): lw.Tensor {
  const [a, b] = lw.split(x, 2, axis) as [lw.Tensor, lw.Tensor];
  return lw.mul(a, lw.sigmoid(b));
}

export const ELEMENTWISE: Readonly<Record<string, Op>> = {
  add: binary(lw.add),
  subtract: binary(lw.sub),
  multiply: binary(lw.mul),
  power: binary(lw.pow),
  maximum: binary(lw.maximum),
  minimum: binary(lw.minimum),
  divide,
  true_divide: divide,
  absolute: unary(lw.abs),
  negative: unary(lw.neg),
  sign: unary(lw.sign),
  square: unary(lw.square),
  ceil: floating(lw.ceil),
  floor: floating(lw.floor),
  reciprocal: floating(lw.reciprocal),
  sqrt: floating(lw.sqrt),
  exp: floating(lw.exp),
  exponential: floating(lw.exp),
  log: floating(lw.log),
  tanh: floating(lw.tanh),
  round,
  clip: ({ x, x_min, x_max }) => lw.clip(x, x_min, x_max),
  cast: ({ x, dtype }) => lw.cast(x, dtype === 'float16' ? 'float32' : dtype),
  linear: unary((x) => x),
  relu,
  relu6: unary(lw.relu6),
  leaky_relu: ({ x, negative_slope }) => lw.leakyRelu(x, negative_slope ?? 0.2),
  elu: ({ x, alpha }) => lw.elu(x, alpha),
  selu: unary(lw.selu),
  celu: ({ x, alpha }) => lw.celu(x, alpha),
  gelu: ({ x, approximate = true }) => lw.gelu(x, { approximate }),
  sigmoid: unary(lw.sigmoid),
  log_sigmoid: unary(lw.logSigmoid),
  hard_sigmoid: unary((x) => lw.hardSigmoid(x)),
  hard_silu: unary(lw.hardSwish),
  hard_tanh: unary(lw.hardTanh),
  silu: unary(lw.silu),
  mish: unary(lw.mish),
  softplus: unary(lw.softplus),
  softsign: unary(lw.softsign),
  threshold: ({ x, threshold, default_value }) => lw.threshold(x, threshold, default_value),
  squareplus: ({ x, b = 4 }) => lw.div(lw.add(x, lw.sqrt(lw.add(lw.square(x), b))), 2),
  tanh_shrink: unary((x) => lw.sub(x, lw.tanh(x))),
  soft_shrink: ({ x, threshold = 0.5 }) => lw.mul(lw.sign(x), lw.relu(lw.sub(lw.abs(x), threshold))),
  hard_shrink: ({ x, threshold = 0.5 }) => lw.mul(x, lw.cast(lw.greater(lw.abs(x), threshold), x.dtype)),
  glu,
  where: ({ condition, x1, x2 }) => lw.where(lw.cast(condition, 'bool'), x1, x2),
};
