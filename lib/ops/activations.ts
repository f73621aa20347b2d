import { finite, readOptions } from '../check.js';
import { argumentError, dtypeError, shapeError } from '../errors.js';
import { sameDims } from '../shape/dims.js';
import { Tensor } from '../tensor/tensor.js';
import type { Attrs } from '../tensor/traced.js';
import { type DTypeIn, needTensor, type ShapeIn } from './operands.js';
import { logSoftmax, softmax } from './softmax.js';
import { floatUnary, numericUnary, tanh, type UnaryFunction } from './unary.js';

/** An activation with a parameter. */
export type AlphaFunction = <X extends Tensor>(x: X, alpha?: number) => Tensor<ShapeIn<X>, DTypeIn<X>>;

/** An activation with two parameters. */
export type AlphaBetaFunction = <X extends Tensor>(
  x: X,
  alpha?: number,
  beta?: number,
) => Tensor<ShapeIn<X>, DTypeIn<X>>;

/** `max(x, 0)`, of integers too. @example relu(tensor([-1, 2])); // [0, 2] */
export const relu: UnaryFunction = (x: Tensor) => numericUnary('relu', x) as never;

/** `min(max(x, 0), 6)` of float tensors; so are all below. @throws ERR_DTYPE for integers */
export const relu6: UnaryFunction = (x: Tensor) => floatUnary('relu6', x) as never;

/** `x` where it is at least 0, else `alpha * x`. Alpha: default 0.2. */
export const leakyRelu: AlphaFunction = (x: Tensor, alpha = 0.2) =>
  floatUnary('leakyRelu', x, 'leakyRelu', { alpha: finite('leakyRelu', 'alpha', alpha) }) as never;

/** `x` above 0, else `alpha * (exp(x) - 1)`. Alpha: default 1. */
export const elu: AlphaFunction = (x: Tensor, alpha = 1) =>
  floatUnary('elu', x, 'elu', { alpha: finite('elu', 'alpha', alpha) }) as never;

/** The self-normalising `elu` of Klambauer et al. 2017: scale 1.0507, alpha 1.6733. */
export const selu: UnaryFunction = (x: Tensor) => floatUnary('selu', x) as never;

/** `max(x, 0) + min(alpha * (exp(x / alpha) - 1), 0)`. Alpha: not 0, default 1. */
export function celu<X extends Tensor>(x: X, alpha?: number): Tensor<ShapeIn<X>, DTypeIn<X>>;
export function celu(x: Tensor, alpha = 1): Tensor {
  if (finite('celu', 'alpha', alpha) === 0) throw argumentError('celu', 'alpha must not be 0', { alpha });
  return floatUnary('celu', x, 'celu', { alpha });
}

/** What `gelu` takes. */
export interface GeluOptions {
  /** The tanh formula instead of the error function. Default false. */
  approximate?: boolean;
}

/** `x` times the normal distribution's probability of less than x (Hendrycks and Gimpel 2016). */
export function gelu<X extends Tensor>(x: X, options?: GeluOptions): Tensor<ShapeIn<X>, DTypeIn<X>>;
export function gelu(x: Tensor, options?: GeluOptions): Tensor {
  const { approximate = false } = readOptions('gelu', options, ['approximate']);
  return floatUnary('gelu', x, approximate ? 'geluTanh' : 'gelu');
}

/** `1 / (1 + exp(-x))`. @example sigmoid(tensor([0])); // [0.5] */
export const sigmoid: UnaryFunction = (x: Tensor) => floatUnary('sigmoid', x) as never;

/** `alpha * x + beta` held between 0 and 1. Defaults 1/6 and 0.5, as Keras 3 and PyTorch. */
export const hardSigmoid: AlphaBetaFunction = (x: Tensor, alpha = 1 / 6, beta = 0.5) =>
  floatUnary('hardSigmoid', x, 'hardSigmoid', {
    alpha: finite('hardSigmoid', 'alpha', alpha),
    beta: finite('hardSigmoid', 'beta', beta),
  }) as never;

/** `log(1 + exp(x))`. */
export const softplus: UnaryFunction = (x: Tensor) => floatUnary('softplus', x) as never;

/** `x / (1 + |x|)`. */
export const softsign: UnaryFunction = (x: Tensor) => floatUnary('softsign', x) as never;

/** `x * sigmoid(x)`, also called swish. */
export const silu: UnaryFunction = (x: Tensor) => floatUnary('silu', x) as never;

/** `x * relu6(x + 3) / 6`. */
export const hardSwish: UnaryFunction = (x: Tensor) => floatUnary('hardSwish', x) as never;

/** `x * tanh(softplus(x))` (Misra 2019). */
export const mish: UnaryFunction = (x: Tensor) => floatUnary('mish', x) as never;

/** `log(sigmoid(x))`. */
export const logSigmoid: UnaryFunction = (x: Tensor) => floatUnary('logSigmoid', x) as never;

/** `x` held between -1 and 1. */
export const hardTanh: UnaryFunction = (x: Tensor) => floatUnary('hardTanh', x) as never;

/** `x` where it is above `theta`, else `value`. Defaults 1 and 0. */
export const threshold: AlphaBetaFunction = (x: Tensor, theta = 1, value = 0) =>
  floatUnary('threshold', x, 'threshold', {
    alpha: finite('threshold', 'theta', theta),
    beta: finite('threshold', 'value', value),
  }) as never;

/** The attributes of a node that ends with an activation: `conv`, `convTranspose` and `matmul` compute it in place. */
export interface FusedActivation {
  readonly activation: string;
  readonly alpha?: number;
  readonly beta?: number;
}

/** The activations that a node can end with: native function and default parameters by public name. */
const FUSED = {
  linear: { activation: 'identity' },
  relu: { activation: 'relu' },
  relu6: { activation: 'relu6' },
  leakyRelu: { activation: 'leakyRelu', alpha: 0.2 },
  elu: { activation: 'elu', alpha: 1 },
  selu: { activation: 'selu' },
  celu: { activation: 'celu', alpha: 1 },
  gelu: { activation: 'gelu' },
  geluTanh: { activation: 'geluTanh' },
  sigmoid: { activation: 'sigmoid' },
  hardSigmoid: { activation: 'hardSigmoid', alpha: 1 / 6, beta: 0.5 },
  tanh: { activation: 'tanh' },
  softplus: { activation: 'softplus' },
  softsign: { activation: 'softsign' },
  silu: { activation: 'silu' },
  swish: { activation: 'silu' },
  hardSwish: { activation: 'hardSwish' },
  hardSilu: { activation: 'hardSwish' },
  mish: { activation: 'mish' },
  logSigmoid: { activation: 'logSigmoid' },
  hardTanh: { activation: 'hardTanh' },
  threshold: { activation: 'threshold', alpha: 1, beta: 0 },
  exponential: { activation: 'exp' },
} as const satisfies Record<string, FusedActivation>;

/** Activations that look at a whole axis (the last) and so are nodes of their own. */
const WHOLE = { softmax, logSoftmax } as const;

/** The name of an activation; `linear` does nothing, `swish` is `silu`. */
export type ActivationName = keyof typeof FUSED | keyof typeof WHOLE;

/** An activation: a name, a name with its parameters, or a function of a tensor. */
export type ActivationSpec =
  | ActivationName
  | { readonly name: ActivationName; readonly alpha?: number; readonly beta?: number }
  | ((x: Tensor) => Tensor);

/** Every name that `activation` options and `applyActivation` know. */
export const ACTIVATIONS = Object.freeze([
  ...Object.keys(FUSED),
  ...Object.keys(WHOLE),
]) as readonly ActivationName[];

/** A spec in its one form, or ERR_ARGUMENT that lists the names. */
function parse(
  op: string,
  spec: unknown,
): ((x: Tensor) => Tensor) | { name: ActivationName; alpha?: number; beta?: number } {
  if (typeof spec === 'function') return spec as (x: Tensor) => Tensor;
  const record = typeof spec === 'string' ? { name: spec as ActivationName } : spec;
  if (typeof record !== 'object' || record === null) throw unknownActivation(op, spec);
  const { name, alpha, beta } = readOptions(
    op,
    record as { name: ActivationName; alpha?: number; beta?: number },
    ['name', 'alpha', 'beta'],
  );
  if (typeof name !== 'string' || !ACTIVATIONS.includes(name)) throw unknownActivation(op, name);
  const known: FusedActivation | undefined = Object.hasOwn(FUSED, name)
    ? FUSED[name as keyof typeof FUSED]
    : undefined;
  for (const [key, value] of Object.entries({ alpha, beta })) {
    if (value === undefined) continue;
    finite(op, key, value);
    if (known?.[key as 'alpha' | 'beta'] === undefined) {
      throw argumentError(op, `the activation "${name}" has no ${key}`, { [key]: value });
    }
  }
  return { name, alpha, beta };
}

const unknownActivation = (op: string, spec: unknown) =>
  argumentError(
    op,
    'unknown activation',
    { activation: spec },
    `Known: ${ACTIVATIONS.join(', ')}, or a function`,
  );

/**
 * The attributes with which a node computes the activation itself; `{}` for none or `linear`,
 * undefined when it must be applied after the node (softmax, functions).
 */
export function fusedActivation(
  op: string,
  spec: ActivationSpec | null | undefined,
): FusedActivation | Record<string, never> | undefined {
  if (spec === undefined || spec === null) return {};
  const parsed = parse(op, spec);
  if (typeof parsed === 'function' || !Object.hasOwn(FUSED, parsed.name)) return undefined;
  if (parsed.name === 'linear') return {};
  const known: FusedActivation = FUSED[parsed.name as keyof typeof FUSED];
  const attrs: { activation: string; alpha?: number; beta?: number } = { ...known };
  if (parsed.alpha !== undefined) attrs.alpha = parsed.alpha;
  if (parsed.beta !== undefined) attrs.beta = parsed.beta;
  return attrs;
}

/**
 * An activation by its name, by name and parameters, or as a function; nothing for null.
 * @throws ERR_ARGUMENT for a name that is not known, and for a function that does not return a tensor; ERR_SHAPE or
 *   ERR_DTYPE for one that returns a tensor of another shape or dtype
 *
 * @example
 * applyActivation(x, 'relu');
 * applyActivation(x, { name: 'leakyRelu', alpha: 0.1 });
 */
export function applyActivation<X extends Tensor>(
  x: X,
  spec: ActivationSpec | null | undefined,
  op?: string,
): Tensor<ShapeIn<X>, DTypeIn<X>>;
export function applyActivation(
  x: Tensor,
  spec: ActivationSpec | null | undefined,
  op = 'activation',
): Tensor {
  needTensor(op, 'x', x);
  const fused = fusedActivation(op, spec);
  if (fused !== undefined) {
    const { activation, ...parameters } = fused as FusedActivation;
    if (activation === undefined) return x;
    if (activation === 'relu') return relu(x);
    return activation === 'tanh' ? tanh(x) : floatUnary(op, x, activation, parameters as Attrs);
  }
  const parsed = parse(op, spec);
  if (typeof parsed !== 'function') return WHOLE[parsed.name as keyof typeof WHOLE](x);
  const result: unknown = parsed(x);
  if (!(result instanceof Tensor)) {
    throw argumentError(op, 'the activation function must return a Tensor', { returned: result });
  }
  if (!sameDims((result as Tensor).shape, x.shape)) {
    throw shapeError(op, 'the activation function must keep the shape', {
      input: x.shape,
      returned: result.shape,
    });
  }
  if (result.dtype !== x.dtype) {
    throw dtypeError(op, 'the activation function must keep the dtype', {
      input: x.dtype,
      returned: result.dtype,
    });
  }
  return result;
}
