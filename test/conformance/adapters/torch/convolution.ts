import {
  conv1d,
  conv1dTranspose,
  conv2d,
  conv2dTranspose,
  conv3d,
  conv3dTranspose,
  type Tensor,
  transpose,
} from '../../../../lib/index.js';
import { type Args, batched, pairs, tuple } from './args.js';
import type { Op } from './index.js';

const CONV = [conv1d, conv2d, conv3d] as const;
const TRANSPOSED = [conv1dTranspose, conv2dTranspose, conv3dTranspose] as const;

/** [O, I, ...k] to [...k, I, O]. */
const kernelLast = (w: Tensor) =>
  transpose(w, [...Array.from({ length: w.rank - 2 }, (_, i) => i + 2), 1, 0]);

/** [I, O, ...k] to [...k, O, I]. */
const transposedKernel = (w: Tensor) =>
  transpose(w, [...Array.from({ length: w.rank - 2 }, (_, i) => i + 2), 1, 0]);

function conv(spatial: number): Op {
  return (args: Args) =>
    batched(args.input, spatial + 2, (x) => {
      const { padding } = args;
      return (CONV[spatial - 1] as typeof conv2d)(x, kernelLast(args.weight), {
        strides: tuple(args.stride, spatial, 1),
        padding:
          typeof padding === 'string' ? (padding as 'same' | 'valid') : pairs(tuple(padding, spatial, 0)),
        dilationRate: tuple(args.dilation, spatial, 1),
        groups: args.groups ?? 1,
        dataFormat: 'channelsFirst',
        ...(args.bias ? { bias: args.bias } : {}),
      });
    });
}

function convTranspose(spatial: number): Op {
  return (args: Args) =>
    batched(args.input, spatial + 2, (x) =>
      (TRANSPOSED[spatial - 1] as typeof conv2dTranspose)(x, transposedKernel(args.weight), {
        strides: tuple(args.stride, spatial, 1),
        padding: pairs(tuple(args.padding, spatial, 0)),
        outputPadding: tuple(args.output_padding, spatial, 0),
        dilationRate: tuple(args.dilation, spatial, 1),
        groups: args.groups ?? 1,
        dataFormat: 'channelsFirst',
        ...(args.bias ? { bias: args.bias } : {}),
      }),
    );
}

export const CONVOLUTIONS: Readonly<Record<string, Op>> = {
  conv1d: conv(1),
  conv2d: conv(2),
  conv3d: conv(3),
  conv_transpose1d: convTranspose(1),
  conv_transpose2d: convTranspose(2),
  conv_transpose3d: convTranspose(3),
};
