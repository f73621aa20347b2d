import * as lw from '../../../../lib/index.js';
import { type Args, given, layout, type Op } from './args.js';

type Conv = typeof lw.conv2d;

const TRANSPOSED = [lw.conv1dTranspose, lw.conv2dTranspose, lw.conv3dTranspose] as const;
const DEPTHWISE = [lw.depthwiseConv1d, lw.depthwiseConv2d] as const;
const SEPARABLE = [lw.separableConv1d, lw.separableConv2d] as const;
const CONV = [lw.conv1d, lw.conv2d, lw.conv3d] as const;
const MAX = [lw.maxPool1d, lw.maxPool2d, lw.maxPool3d] as const;
const AVERAGE = [lw.avgPool1d, lw.avgPool2d, lw.avgPool3d] as const;

const geometry = ({ strides, padding, dilation_rate, data_format }: Args) =>
  given({ strides, padding: padding?.toLowerCase(), dilationRate: dilation_rate, ...layout(data_format) });

/** Keras infers the groups from the kernel's input channels. */
function groupsOf({ inputs, kernel, data_format }: Args): number {
  const channels = inputs.shape[data_format === 'channels_first' ? 1 : inputs.rank - 1] as number;
  const own = kernel.shape[kernel.rank - 2] as number;
  return channels % own === 0 ? channels / own : 1;
}

const conv: Op = (args) => {
  const f = CONV[args.inputs.rank - 3] as Conv;
  return f(args.inputs, args.kernel, { ...geometry(args), groups: groupsOf(args) });
};

const convTranspose: Op = (args) => {
  const f = TRANSPOSED[args.inputs.rank - 3] as typeof lw.conv2dTranspose;
  return f(args.inputs, args.kernel, { ...geometry(args), ...given({ outputPadding: args.output_padding }) });
};

const depthwise: Op = (args) => {
  const f = DEPTHWISE[args.inputs.rank - 3] as typeof lw.depthwiseConv2d;
  return f(args.inputs, args.kernel, geometry(args));
};

const separable: Op = (args) => {
  const f = SEPARABLE[args.inputs.rank - 3] as typeof lw.separableConv2d;
  return f(
    args.inputs,
    { depthwise: args.depthwise_kernel, pointwise: args.pointwise_kernel },
    geometry(args),
  );
};

const pool =
  (family: typeof MAX | typeof AVERAGE): Op =>
  (args) => {
    const f = family[args.inputs.rank - 3] as typeof lw.maxPool2d;
    return f(args.inputs, args.pool_size, geometry(args));
  };

/** Over the last axis, one axis, several, or all. */
const softmax =
  (f: typeof lw.softmax): Op =>
  ({ x, axis = -1 }) => {
    if (axis !== null) return f(x, axis);
    return lw.reshape(f(lw.flatten(x), 0), x.shape);
  };

/** -sum(target * log(probability)) over the classes */
function categoricalCrossentropy({ target, output, from_logits, axis = -1 }: Args): lw.Tensor {
  const shares = from_logits ? output : lw.log(lw.div(output, lw.sum(output, { axis, keepDims: true })));
  return lw.neg(lw.sum(lw.mul(target, from_logits ? lw.logSoftmax(shares, axis) : shares), { axis }));
}

/** max(x, 0) - x * target + log(1 + exp(-|x|)) for the logit x */
function binaryCrossentropy({ target, output, from_logits }: Args): lw.Tensor {
  const p = lw.clip(output, 1e-7, 1 - 1e-7);
  const x = from_logits ? output : lw.log(lw.div(p, lw.sub(1, p)));
  return lw.add(lw.sub(lw.relu(x), lw.mul(x, target)), lw.log1p(lw.exp(lw.neg(lw.abs(x)))));
}

export const NEURAL: Readonly<Record<string, Op>> = {
  conv,
  conv_transpose: convTranspose,
  depthwise_conv: depthwise,
  separable_conv: separable,
  max_pool: pool(MAX),
  average_pool: pool(AVERAGE),
  softmax: softmax(lw.softmax),
  log_softmax: softmax(lw.logSoftmax),
  categorical_crossentropy: categoricalCrossentropy,
  binary_crossentropy: binaryCrossentropy,
  batch_normalization: ({ x, mean, variance, axis, offset, scale, epsilon }) =>
    lw.batchNorm(x, { mean, variance, axis, ...given({ beta: offset, gamma: scale, epsilon }) }),
  layer_normalization: ({ x, gamma, beta, axis, epsilon }) =>
    lw.layerNorm(x, given({ gamma, beta, axis, epsilon: epsilon ?? 1e-3 })),
  rms_normalization: ({ x, scale, axis, epsilon }) =>
    lw.rmsNorm(x, given({ gamma: scale, axis, epsilon: epsilon ?? 1e-7 })),
};
