import { type Tensor, zeros } from '../../../../lib/index.js';
import { type Case, type CaseTensor, toTensor, Unknown } from '../../case.js';
import { type Args, batched, decodeAll, tuple } from './args.js';
import type { Op } from './index.js';

/** A module is a function with its constructor's arguments and parameters held: the names differ, the meaning does not. */
type Build = (
  init: Args,
  params: Args,
  inputs: readonly Tensor[],
  ops: Readonly<Record<string, Op>>,
) => Tensor | readonly Tensor[];

const call =
  (name: string, rename: Readonly<Record<string, string>> = {}): Build =>
  (init, params, [input], ops) => {
    const renamed = Object.fromEntries(
      Object.entries(init).map(([key, value]) => [rename[key] ?? key, value]),
    );
    return (ops[name] as Op)({ ...renamed, ...params, input });
  };

const conv =
  (name: string, spatial: number): Build =>
  (init, params, [input], ops) => {
    const { padding_mode: mode = 'zeros' } = init;
    const args = { ...init, bias: undefined, ...params };
    if (mode === 'zeros') return (ops[name] as Op)({ ...args, input });
    // Other modes pad first, over the spatial axes, last axis first.
    const pads = tuple(init.padding, spatial, 0)
      .toReversed()
      .flatMap((pad) => [pad, pad]);
    const padded = (ops.pad as Op)({ input, pad: pads, mode });
    return (ops[name] as Op)({ ...args, padding: 0, input: padded });
  };

const padding =
  (mode: string, spatial: number): Build =>
  ({ padding: pad, value = 0 }, _params, [input], ops) =>
    (ops.pad as Op)({
      input,
      pad: typeof pad === 'number' ? new Array(2 * spatial).fill(pad) : pad,
      mode,
      value,
    });

const upsample =
  (mode?: string, corners?: boolean): Build =>
  (init, _params, [input], ops) =>
    (ops.interpolate as Op)({
      ...init,
      ...(mode ? { mode } : {}),
      ...(corners ? { align_corners: true } : {}),
      input,
    });

const flatten: Build = (init, _params, [input], ops) => (ops.flatten as Op)({ start_dim: 1, ...init, input });

const MODULES: Readonly<Record<string, Build>> = {
  ...each('Conv', (n) => conv(`conv${n}d`, n)),
  ...each('ConvTranspose', (n) => conv(`conv_transpose${n}d`, n)),
  ...each('MaxPool', (n) => call(`max_pool${n}d`)),
  ...each('AvgPool', (n) => call(`avg_pool${n}d`)),
  ...each('LPPool', (n) => call(`lp_pool${n}d`)),
  ...each('AdaptiveAvgPool', (n) => call(`adaptive_avg_pool${n}d`)),
  ...each('AdaptiveMaxPool', (n) => call(`adaptive_max_pool${n}d`)),
  ...each('BatchNorm', () => call('batch_norm')),
  ...each('InstanceNorm', (n) => (init, params, [input], ops) => {
    return batched(input as Tensor, n + 2, (x) =>
      (ops.instance_norm as Op)({ ...init, ...params, input: x }),
    );
  }),
  ...each('ConstantPad', (n) => padding('constant', n)),
  ...each('ZeroPad', (n) => padding('constant', n)),
  ...each('ReflectionPad', (n) => padding('reflect', n)),
  ...each('ReplicationPad', (n) => padding('replicate', n)),
  GroupNorm: call('group_norm'),
  LayerNorm: call('layer_norm'),
  LocalResponseNorm: call('local_response_norm'),
  Linear: (init, params, [input], ops) => (ops.linear as Op)({ ...init, bias: undefined, ...params, input }),
  Embedding: (_init, { weight }, [input], ops) => (ops.embedding as Op)({ input: weight, weight: input }),
  Flatten: flatten,
  Unflatten: (init, _params, [input], ops) => {
    const sizes = (init.unflattened_size as [string, number][]).map((item) =>
      Array.isArray(item) ? item[1] : item,
    );
    return (ops.unflatten as Op)({ input, arg1: typeof init.dim === 'number' ? init.dim : 1, arg2: sizes });
  },
  PixelShuffle: call('pixel_shuffle'),
  PixelUnshuffle: call('pixel_unshuffle'),
  Upsample: upsample(),
  UpsamplingNearest2d: upsample('nearest'),
  UpsamplingBilinear2d: upsample('bilinear', true),
  Softmax2d: (_init, _params, [input], ops) => (ops.softmax as Op)({ input, dim: -3 }),
  Softmax: call('softmax'),
  LogSoftmax: call('log_softmax'),
  Softmin: call('softmin'),
  GLU: call('glu'),
  GELU: call('gelu'),
  ELU: call('elu'),
  CELU: call('celu'),
  SELU: call('selu'),
  ReLU: call('relu'),
  LeakyReLU: call('leaky_relu'),
  PReLU: call('prelu'),
  SiLU: call('silu'),
  Mish: call('mish'),
  Sigmoid: call('sigmoid'),
  LogSigmoid: call('logsigmoid'),
  Hardsigmoid: call('hardsigmoid'),
  Hardshrink: call('hardshrink'),
  Softshrink: call('softshrink'),
  Softplus: call('softplus'),
  Softsign: call('softsign'),
  Tanh: call('tanh'),
  Tanhshrink: call('tanhshrink'),
  Threshold: call('threshold'),
};

function each(name: string, make: (spatial: number) => Build): Record<string, Build> {
  return Object.fromEntries([1, 2, 3].map((n) => [`${name}${n}d`, make(n)]));
}

export function runModule(testCase: Case, ops: Readonly<Record<string, Op>>): Tensor | readonly Tensor[] {
  const build = MODULES[testCase.module as string];
  if (build === undefined) throw new Unknown(testCase.module as string);
  const init = decodeAll((testCase.init_kwargs ?? {}) as Record<string, unknown>);
  const shapes = testCase.param_shapes as Record<string, number[]> | undefined;
  const params = testCase.params
    ? decodeAll(testCase.params as Record<string, unknown>)
    : Object.fromEntries(Object.entries(shapes ?? {}).map(([name, shape]) => [name, zeros(shape)]));
  const inputs = testCase.inputs
    ? (testCase.inputs as CaseTensor[]).map((item) => toTensor(item))
    : [zeros(testCase.input_shape as number[]) as Tensor];
  return build(
    { ...init, ...outputPaddingOf(testCase, ops, build, init, params, inputs) },
    params,
    inputs,
    ops,
  );
}

/** `output_size` of a call is met by padding what comes out without it. */
function outputPaddingOf(
  testCase: Case,
  ops: Readonly<Record<string, Op>>,
  ...[build, init, params, inputs]: [Build, Args, Args, Tensor[]]
) {
  const call = testCase.call_kwargs as { output_size?: unknown } | undefined;
  if (call?.output_size === undefined) return {};
  const plain = build(init, params, inputs, ops) as Tensor;
  const wanted = (testCase.expected_output_shape as number[]).slice(2);
  return { output_padding: wanted.map((dim, i) => dim - (plain.shape[i + 2] as number)) };
}
