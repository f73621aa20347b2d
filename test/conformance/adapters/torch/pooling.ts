import * as lw from '../../../../lib/index.js';
import { type Args, batched, pairs, tuple } from './args.js';
import type { Op } from './index.js';

const { abs, mul, pow, div } = lw;

const MAX = [lw.maxPool1dWithIndices, lw.maxPool2dWithIndices, lw.maxPool3dWithIndices] as const;
const AVG = [lw.avgPool1d, lw.avgPool2d, lw.avgPool3d] as const;
const ADAPTIVE_MAX = [
  lw.adaptiveMaxPool1dWithIndices,
  lw.adaptiveMaxPool2dWithIndices,
  lw.adaptiveMaxPool3dWithIndices,
] as const;
const ADAPTIVE_AVG = [lw.adaptiveAvgPool1d, lw.adaptiveAvgPool2d, lw.adaptiveAvgPool3d] as const;

/** An empty list of strides means the window's sizes, as a missing one does. */
const noStride = (stride: number | readonly number[] | null | undefined) =>
  stride === undefined || stride === null || (Array.isArray(stride) && stride.length === 0);

const geometry = (args: Args, spatial: number) => ({
  strides: tuple(noStride(args.stride) ? args.kernel_size : args.stride, spatial, 1),
  padding: pairs(tuple(args.padding, spatial, 0)),
  ceilMode: args.ceil_mode ?? false,
  dataFormat: 'channelsFirst' as const,
});

/** Torch refuses a padding of more than half the window. */
function checkPadding(args: Args, spatial: number): void {
  const window = tuple(args.kernel_size, spatial, 1);
  tuple(args.padding, spatial, 0).forEach((pad, i) => {
    if (pad > (window[i] as number) / 2)
      throw new lw.LayerwiseError('ERR_ARGUMENT', 'pool: padding is more than half the window');
  });
}

const maxPool =
  (spatial: number): Op =>
  (args: Args) =>
    batched(args.input, spatial + 2, (x) => {
      checkPadding(args, spatial);
      const options = { ...geometry(args, spatial), dilationRate: tuple(args.dilation, spatial, 1) };
      const { output, indices } = (MAX[spatial - 1] as (typeof MAX)[1])(
        x,
        tuple(args.kernel_size, spatial, 1),
        options,
      );
      return args.return_indices ? [output, indices] : [output];
    });

const avgPool =
  (spatial: number): Op =>
  (args: Args) =>
    batched(args.input, spatial + 2, (x) => {
      checkPadding(args, spatial);
      const window = tuple(args.kernel_size, spatial, 1);
      const pool = AVG[spatial - 1] as (typeof AVG)[1];
      const override = args.divisor_override;
      if (override === 0) throw new lw.LayerwiseError('ERR_ARGUMENT', 'avgPool: the divisor is zero');
      const options = { ...geometry(args, spatial), countIncludePad: args.count_include_pad ?? true };
      if (override === undefined || override === null) return pool(x, window, options);
      return sumPool(pool, x, window, options, override);
    });

/** The sum over a window, divided by a number of the caller's: the mean times how many elements it is the mean of. */
function sumPool(
  pool: (typeof AVG)[1],
  x: lw.Tensor,
  window: number[],
  options: object,
  divisor: number,
): lw.Tensor {
  const mean = pool(x, window, { ...options, countIncludePad: false });
  const count = elementCounts(
    x,
    window,
    options as { strides: number[]; padding: [number, number][] },
    mean.shape as number[],
  );
  return div(mul(mean, count), divisor);
}

/** How many elements of the input each window holds. */
function elementCounts(
  x: lw.Tensor,
  window: readonly number[],
  options: { strides: number[]; padding: [number, number][] },
  shape: readonly number[],
): lw.Tensor {
  const spatial = window.length;
  let result: lw.Tensor = lw.ones(new Array<number>(spatial + 2).fill(1), x.dtype);
  for (let axis = 0; axis < spatial; axis++) {
    const size = x.shape[axis + 2] as number;
    const counts = Array.from({ length: shape[axis + 2] as number }, (_, i) => {
      const begin = i * (options.strides[axis] as number) - (options.padding[axis] as [number, number])[0];
      return Math.min(begin + (window[axis] as number), size) - Math.max(begin, 0);
    });
    const dims = new Array<number>(spatial + 2).fill(1);
    dims[axis + 2] = counts.length;
    result = mul(result, lw.cast(lw.tensor(counts, dims), x.dtype));
  }
  return result;
}

/** (sum |x|^p)^(1/p) over a window. */
const lpPool =
  (spatial: number): Op =>
  (args: Args) =>
    batched(args.input, spatial + 2, (x) => {
      const window = tuple(args.kernel_size, spatial, 1);
      const p = args.norm_type as number;
      const options = { ...geometry(args, spatial), countIncludePad: false };
      const powers = pow(abs(x), p);
      const pool = AVG[spatial - 1] as (typeof AVG)[1];
      const mean = pool(powers, window, options);
      // Upstream multiplies the mean by the size of the whole window, also where the last one is cut.
      return pow(
        mul(
          mean,
          window.reduce((a, b) => a * b, 1),
        ),
        1 / p,
      );
    });

const adaptiveSize = (args: Args, spatial: number) =>
  typeof args.output_size === 'number' ? tuple(args.output_size, spatial, 1) : args.output_size;

const adaptiveMax =
  (spatial: number): Op =>
  (args: Args) =>
    batched(args.input, spatial + 2, (x) => {
      const pool = ADAPTIVE_MAX[spatial - 1] as (typeof ADAPTIVE_MAX)[1];
      const { output, indices } = pool(x, adaptiveSize(args, spatial), { dataFormat: 'channelsFirst' });
      return args.return_indices || args.arg2 ? [output, indices] : [output];
    });

const adaptiveAvg =
  (spatial: number): Op =>
  (args: Args) =>
    batched(args.input, spatial + 2, (x) =>
      (ADAPTIVE_AVG[spatial - 1] as (typeof ADAPTIVE_AVG)[1])(x, adaptiveSize(args, spatial), {
        dataFormat: 'channelsFirst',
      }),
    );

const byRank = (name: string, make: (spatial: number) => Op, ranks = [1, 2, 3]) =>
  Object.fromEntries(ranks.map((rank) => [`${name}${rank}d`, make(rank)]));

export const POOLINGS: Readonly<Record<string, Op>> = {
  ...byRank('max_pool', maxPool),
  ...byRank('avg_pool', avgPool),
  ...byRank('lp_pool', lpPool, [1, 2]),
  ...byRank('adaptive_max_pool', adaptiveMax),
  ...byRank('adaptive_avg_pool', adaptiveAvg),
};
