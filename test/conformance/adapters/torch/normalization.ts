import * as lw from '../../../../lib/index.js';
import type { Args } from './args.js';
import type { Op } from './index.js';

/** A vector of one value per channel, ready to broadcast over [N, C, ...]. */
const perChannel = (v: lw.Tensor, rank: number) =>
  lw.reshape(v, [1, -1, ...new Array<number>(Math.max(0, rank - 2)).fill(1)]);

const affine = (x: lw.Tensor, weight?: lw.Tensor | null, bias?: lw.Tensor | null) => {
  const scaled = weight ? lw.mul(x, perChannel(weight, x.rank)) : x;
  return bias ? lw.add(scaled, perChannel(bias, x.rank)) : scaled;
};

function batchNorm({ input, running_mean, running_var, weight, bias, eps }: Args): lw.Tensor {
  const channels = [input.shape[1] as number];
  return lw.batchNorm(input, {
    axis: 1,
    mean: running_mean ?? lw.zeros(channels),
    variance: running_var ?? lw.ones(channels),
    ...(weight ? { gamma: weight } : {}),
    ...(bias ? { beta: bias } : {}),
    epsilon: eps ?? 1e-5,
  });
}

/** Statistics over each sample's own plane, whatever the running ones say. */
function instanceNorm({ input, weight, bias, eps }: Args): lw.Tensor {
  const axis = Array.from({ length: input.rank - 2 }, (_, i) => i + 2);
  return affine(lw.layerNorm(input, { axis, epsilon: eps ?? 1e-5 }), weight, bias);
}

function groupNorm({ input, num_groups, weight, bias, eps }: Args): lw.Tensor {
  const normal = lw.groupNorm(input, { groups: num_groups, axis: 1, epsilon: eps ?? 1e-5 });
  return affine(normal, weight, bias);
}

function layerNorm({ input, normalized_shape, weight, bias, eps }: Args): lw.Tensor {
  const axis = (normalized_shape as number[]).map((_, i) => input.rank - normalized_shape.length + i);
  let y = lw.layerNorm(input, { axis, epsilon: eps ?? 1e-5 });
  if (weight) y = lw.mul(y, weight);
  return bias ? lw.add(y, bias) : y;
}

/** x / (k + alpha * mean of squares over `size` neighbouring channels) ^ beta */
function localResponseNorm(args: Args): lw.Tensor {
  const { input, alpha = 1e-4, beta = 0.75, k = 1 } = args;
  const size = (args.arg1 ?? args.size) as number;
  const squares = lw.square(input);
  const widths = Array.from({ length: input.rank }, (_, i): [number, number] =>
    i === 1 ? [size >> 1, (size - 1) >> 1] : [0, 0],
  );
  const padded = lw.pad(squares, widths);
  const channels = input.shape[1] as number;
  let total = lw.zeros(input.shape as readonly number[]);
  for (let offset = 0; offset < size; offset++) {
    const begin = input.shape.map((_: unknown, i: number) => (i === 1 ? offset : 0));
    const end = input.shape.map((dim: number | null, i: number) =>
      i === 1 ? offset + channels : (dim as number),
    );
    total = lw.add(total, lw.slice(padded, begin, end)) as typeof total;
  }
  return lw.div(input, lw.pow(lw.add(lw.mul(total, alpha / size), k), beta));
}

const softmaxOver = (f: (x: lw.Tensor, axis?: number) => lw.Tensor) => (x: lw.Tensor, dim: number) =>
  x.rank === 0 ? lw.reshape(f(lw.reshape(x, [1]), 0), []) : f(x, dim);

export const NORMALIZATIONS: Readonly<Record<string, Op>> = {
  batch_norm: batchNorm,
  instance_norm: instanceNorm,
  group_norm: groupNorm,
  layer_norm: layerNorm,
  local_response_norm: localResponseNorm,
  softmax: ({ input, dim }) => softmaxOver(lw.softmax)(input, dim),
  log_softmax: ({ input, dim }) => softmaxOver(lw.logSoftmax)(input, dim),
  softmin: ({ input, arg1, dim }) => softmaxOver(lw.softmax)(lw.neg(input), arg1 ?? dim),
};
