import * as lw from '../../../../lib/index.js';
import { Unknown } from '../../case.js';
import { type Args, tuple } from './args.js';
import type { Op } from './index.js';

const dimsOf = (x: lw.Tensor) => x.shape as readonly number[];
const axisOf = (axis: number, rank: number) => (axis < 0 ? axis + rank : axis);

/** torch lists paddings from the last axis to the first; negative ones crop. */
function pad({ input, pad: widths, mode = 'constant', value = 0 }: Args): lw.Tensor {
  const rank = input.rank;
  const list: [number, number][] = Array.from({ length: rank }, () => [0, 0]);
  for (let i = 0; i < widths.length / 2; i++) list[rank - 1 - i] = [widths[2 * i], widths[2 * i + 1]];
  const begin = list.map(([left]) => Math.max(0, -left));
  const end = list.map(([, right], i) => (dimsOf(input)[i] as number) - Math.max(0, -right));
  const cropped = list.some(([left, right]) => left < 0 || right < 0) ? lw.slice(input, begin, end) : input;
  const positive = list.map(([left, right]): [number, number] => [Math.max(0, left), Math.max(0, right)]);
  const modes: Record<string, 'constant' | 'reflect' | 'edge' | 'wrap'> = {
    constant: 'constant',
    reflect: 'reflect',
    replicate: 'edge',
    circular: 'wrap',
  };
  return lw.pad(cropped, positive, {
    mode: modes[mode] as 'constant',
    ...(mode === 'constant' ? { value } : {}),
  });
}

/** Pieces of `size`, the last one smaller. */
function pieces(x: lw.Tensor, sizes: number | number[], axis: number): lw.Tensor[] {
  const length = dimsOf(x)[axisOf(axis, x.rank)] as number;
  if (Array.isArray(sizes)) return lw.split(x, sizes, axis);
  const list: number[] = [];
  for (let at = 0; at < length; at += sizes) list.push(Math.min(sizes, length - at));
  return lw.split(x, list, axis);
}

function tensorSplit({ input, arg1, arg2 = 0 }: Args): lw.Tensor[] {
  const length = dimsOf(input)[axisOf(arg2, input.rank)] as number;
  const given =
    arg1 instanceof lw.Tensor
      ? arg1.rank === 0
        ? Number(arg1.data[0])
        : Array.from(arg1.data as BigInt64Array, Number)
      : arg1;
  const cuts: number[] = [];
  if (typeof given === 'number') {
    let at = 0;
    for (let i = 0; i < given - 1; i++) {
      at += Math.floor(length / given) + (i < length % given ? 1 : 0);
      cuts.push(at);
    }
  } else {
    cuts.push(...(given as number[]).map((cut) => Math.min(length, cut < 0 ? cut + length : cut)));
  }
  const bounds = [0, ...cuts, length];
  return bounds.slice(1).map((to, i) => {
    const begin = dimsOf(input).map((_, axis) =>
      axis === axisOf(arg2, input.rank) ? (bounds[i] as number) : 0,
    );
    const end = dimsOf(input).map((dim, axis) =>
      axis === axisOf(arg2, input.rank) ? Math.max(to, bounds[i] as number) : dim,
    );
    return lw.slice(input, begin, end);
  });
}

/** Positions past the end wrap around. */
function roll({ input, arg1, arg2 }: Args): lw.Tensor {
  if (arg2 === undefined) {
    if (Array.isArray(arg1) && arg1.length > 1)
      throw new lw.LayerwiseError('ERR_ARGUMENT', 'roll: one shift is needed without axes');
    return lw.reshape(rollAxis(lw.flatten(input), Array.isArray(arg1) ? arg1[0] : arg1, 0), input.shape);
  }
  const axes = tuple(arg2, 1, 0);
  const shifts = Array.isArray(arg1) ? arg1 : [arg1];
  if (axes.length !== shifts.length)
    throw new lw.LayerwiseError('ERR_ARGUMENT', 'roll: one shift per axis is needed');
  return axes.reduce((x, axis, i) => rollAxis(x, shifts[i] as number, axis), input as lw.Tensor);
}

function rollAxis(x: lw.Tensor, shift: number, axis: number): lw.Tensor {
  const at = axisOf(axis, x.rank);
  const length = dimsOf(x)[at] as number;
  if (length === undefined) throw new lw.LayerwiseError('ERR_SHAPE', 'roll: no such axis');
  if (length === 0) return x;
  const cut = (((-shift % length) + length) % length) as number;
  return lw.concat(lw.split(x, [cut, length - cut], at).reverse(), at);
}

function unflatten({ input, arg1, arg2 }: Args): lw.Tensor {
  const at = axisOf(arg1, input.rank);
  return lw.reshape(input, [...dimsOf(input).slice(0, at), ...arg2, ...dimsOf(input).slice(at + 1)]);
}

function flattenDims({ input, start_dim = 0, end_dim = -1 }: Args): lw.Tensor {
  if (input.rank === 0) return lw.reshape(input, [1]);
  const [from, to] = [axisOf(start_dim, input.rank), axisOf(end_dim, input.rank)];
  const middle = dimsOf(input)
    .slice(from, to + 1)
    .reduce((a, b) => a * b, 1);
  return lw.reshape(input, [...dimsOf(input).slice(0, from), middle, ...dimsOf(input).slice(to + 1)]);
}

/** [N, C r^2, H, W] to [N, C, H r, W r] */
function pixelShuffle({ input, upscale_factor: r }: Args): lw.Tensor {
  const dims = dimsOf(input);
  const lead = dims.slice(0, -3);
  const [c, h, w] = dims.slice(-3) as [number, number, number];
  const n = lead.length;
  const split = lw.reshape(input, [...lead, c / (r * r), r, r, h, w]);
  const order = [...lead.map((_, i) => i), n, n + 3, n + 1, n + 4, n + 2];
  return lw.reshape(lw.transpose(split, order), [...lead, c / (r * r), h * r, w * r]);
}

function pixelUnshuffle({ input, downscale_factor: r }: Args): lw.Tensor {
  const dims = dimsOf(input);
  const lead = dims.slice(0, -3);
  const [c, h, w] = dims.slice(-3) as [number, number, number];
  const n = lead.length;
  const split = lw.reshape(input, [...lead, c, h / r, r, w / r, r]);
  const order = [...lead.map((_, i) => i), n, n + 2, n + 4, n + 1, n + 3];
  return lw.reshape(lw.transpose(split, order), [...lead, c * r * r, h / r, w / r]);
}

function oneHot({ input, num_classes }: Args): lw.Tensor {
  const labels = Array.from(input.data as BigInt64Array, Number);
  const classes = num_classes > 0 ? num_classes : Math.max(...labels) + 1;
  const data = new BigInt64Array(labels.length * classes);
  labels.forEach((label, i) => {
    data[i * classes + label] = 1n;
  });
  return lw.tensor(data, [...dimsOf(input), classes]) as unknown as lw.Tensor;
}

/** By torch's names: where samples lie, and which kernel weighs them. */
const MODES: Readonly<Record<string, lw.ResizeOptions>> = {
  nearest: { method: 'nearest', coordinates: 'asymmetric', rounding: 'floor' },
  linear: { method: 'linear' },
  bilinear: { method: 'linear' },
  trilinear: { method: 'linear' },
  bicubic: { method: 'bicubic', cubicCoefficient: -0.75 },
};

const AREA = [lw.adaptiveAvgPool1d, lw.adaptiveAvgPool2d, lw.adaptiveAvgPool3d] as const;

function interpolate({ input, size, scale_factor, mode = 'nearest', align_corners }: Args): lw.Tensor {
  const spatial = input.rank - 2;
  const factors = tuple(scale_factor, spatial, 1);
  const out = size
    ? tuple(size, spatial, 1)
    : dimsOf(input)
        .slice(2)
        .map((dim, i) => Math.floor(dim * (factors[i] as number)));
  if (mode === 'area')
    return (AREA[spatial - 1] as (typeof AREA)[1])(input, out, { dataFormat: 'channelsFirst' });
  const method = MODES[mode];
  if (method === undefined) throw new Unknown(`interpolate of mode ${mode}`);
  return lw.resize(input, out, {
    edges: 'clamp',
    ...method,
    ...(align_corners ? { coordinates: 'alignCorners' as const } : {}),
    ...(size ? {} : { scale: factors }),
    dataFormat: 'channelsFirst',
  });
}

const gatherAll = ({ input, arg1, arg2 }: Args) => lw.gather(input, lw.cast(arg2, 'int32'), arg1);

export const MOVEMENT: Readonly<Record<string, Op>> = {
  pad,
  reshape: ({ input, shape }) => lw.reshape(input, shape),
  view: ({ input, shape }) => lw.reshape(input, shape),
  ravel: ({ input }) => lw.flatten(input),
  flatten: flattenDims,
  unflatten,
  squeeze: ({ input, dim }) => {
    if (dim === undefined) return lw.squeeze(input);
    const at = axisOf(dim, input.rank);
    return input.rank === 0 || dimsOf(input)[at] !== 1 ? input : lw.squeeze(input, at);
  },
  unsqueeze: ({ input, dim }) => lw.expandDims(input, dim),
  permute: ({ input, dims }) => lw.transpose(input, dims),
  transpose: ({ input, dim0, dim1 }) => (input.rank === 0 ? input : lw.swapaxes(input, dim0, dim1)),
  t: ({ input }) => {
    if (input.rank > 2) throw new lw.LayerwiseError('ERR_SHAPE', 't: a tensor of at most rank 2 is needed');
    return input.rank < 2 ? input : lw.transpose(input);
  },
  movedim: ({ input, arg1, arg2 }) => lw.moveaxis(input, arg1, arg2),
  cat: ({ tensors, dim = 0 }) => lw.concat(tensors, dim),
  stack: ({ tensors, dim = 0 }) => lw.stack(tensors, dim),
  vstack: ({ input }) =>
    lw.concat(
      (input as lw.Tensor[]).map((x) => (x.rank < 2 ? lw.reshape(x, [1, -1]) : x)),
      0,
    ),
  hstack: ({ input }) => lw.concat(input, (input[0]?.rank ?? 0) < 2 ? 0 : 1),
  dstack: ({ input }) =>
    lw.concat(
      (input as lw.Tensor[]).map((x) => (x.rank < 3 ? lw.expandDims(x, 2) : x)),
      2,
    ),
  split: ({ input, arg1 }) => pieces(input, arg1, 0),
  chunk: ({ input, arg1, arg2 = 0 }) =>
    pieces(input, Math.ceil((dimsOf(input)[axisOf(arg2, input.rank)] as number) / arg1), arg2),
  tensor_split: tensorSplit,
  unbind: ({ input, arg1 = 0 }) => lw.unstack(input, arg1),
  narrow: ({ input, arg1, arg2, arg3 }) => {
    const at = axisOf(arg1, input.rank);
    const given = arg2 instanceof lw.Tensor ? Number(arg2.data[0]) : arg2;
    const start = given < 0 ? given + (dimsOf(input)[at] as number) : given;
    const begin = dimsOf(input).map((_, i) => (i === at ? start : 0));
    return lw.slice(
      input,
      begin,
      dimsOf(input).map((dim, i) => (i === at ? start + arg3 : dim)),
    );
  },
  select: ({ input, arg1, arg2 }) => lw.take(input, arg2, arg1),
  index_select: gatherAll,
  embedding: ({ input, weight }) => {
    if (input.rank !== 2) throw new lw.LayerwiseError('ERR_SHAPE', 'embedding: the table must have rank 2');
    return lw.gather(input, weight, 0);
  },
  flip: ({ input, dims }) => lw.flip(input, dims),
  roll,
  tile: ({ input, arg1 }) => lw.tile(input, arg1),
  repeat: ({ input, arg1 }) => lw.tile(input, arg1),
  expand: ({ input, arg1 }) => lw.broadcastTo(input, expanded(input, arg1)),
  broadcast_to: ({ input, arg1 }) => lw.broadcastTo(input, arg1),
  pixel_shuffle: pixelShuffle,
  pixel_unshuffle: pixelUnshuffle,
  one_hot: oneHot,
  interpolate,
  upsample_nearest: (args) => interpolate({ ...args, mode: 'nearest' }),
  upsample_bilinear: (args) => interpolate({ ...args, mode: 'bilinear', align_corners: true }),
};

/** -1 keeps an axis as it is. */
const expanded = (x: lw.Tensor, target: readonly number[]) =>
  target.map((dim, i) => (dim === -1 ? (dimsOf(x)[i - (target.length - x.rank)] as number) : dim));
