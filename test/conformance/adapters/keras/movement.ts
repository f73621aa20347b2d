import * as lw from '../../../../lib/index.js';
import { type Args, axisOf, dimsOf, given, numbers, type Op } from './args.js';

/** Pieces whose sizes differ by at most one. */
function arraySplit({ x, indices_or_sections: n, axis = 0 }: Args): lw.Tensor[] {
  const size = x.shape[axisOf(axis, x.rank)] as number;
  return lw.split(
    x,
    Array.from({ length: n }, (_, i) => Math.floor(size / n) + (i < size % n ? 1 : 0)),
    axis,
  );
}

/** A list says where to cut, a number into how many pieces. */
function split({ x, indices_or_sections: sections, axis = 0 }: Args): lw.Tensor[] {
  if (typeof sections === 'number') return lw.split(x, sections, axis);
  const size = x.shape[axisOf(axis, x.rank)] as number;
  const cuts = [0, ...numbers(sections).map((cut) => Math.min(cut, size)), size];
  return lw.split(
    x,
    cuts.slice(1).map((cut, i) => cut - (cuts[i] as number)),
    axis,
  );
}

function take({ x, indices, axis }: Args): lw.Tensor {
  const source = axis === undefined || axis === null ? lw.flatten(x) : x;
  const list = indices instanceof lw.Tensor ? lw.cast(indices, 'int32') : indices;
  return lw.gather(source, list, axis ?? 0);
}

function slice({ inputs, start_indices, shape }: Args): lw.Tensor {
  const begin = numbers(start_indices);
  const sizes = numbers(shape);
  return lw.slice(
    inputs,
    begin,
    begin.map((from, i) => from + (sizes[i] as number)),
  );
}

/** Positions past the end wrap around. */
function rollAxis(x: lw.Tensor, shift: number, axis: number): lw.Tensor {
  const size = dimsOf(x)[axisOf(axis, x.rank)] as number;
  const cut = ((-shift % size) + size) % size;
  return lw.concat(lw.split(x, [cut, size - cut], axis).reverse(), axis);
}

function roll({ x, shift, axis }: Args): lw.Tensor {
  if (axis === undefined || axis === null) return lw.reshape(rollAxis(lw.flatten(x), shift, 0), x.shape);
  const axes = numbers(axis);
  const shifts = numbers(shift);
  const count = Math.max(axes.length, shifts.length);
  const pick = (list: number[], i: number) => (list.length === 1 ? list[0] : list[i]) as number;
  return Array.from({ length: count }).reduce<lw.Tensor>(
    (y, _, i) => rollAxis(y, pick(shifts, i), pick(axes, i)),
    x,
  );
}

function oneHot({ x, num_classes, axis = -1 }: Args): lw.Tensor {
  const labels = x instanceof lw.Tensor ? lw.cast(x, 'int32') : lw.tensor(x, undefined, 'int32');
  const hot = lw.equal(lw.expandDims(labels as lw.Tensor, -1), lw.arange(0, num_classes, 1, 'int32'));
  return lw.moveaxis(lw.cast(hot, 'float32'), -1, axis);
}

/** `[1, 2]` is one before and two after, on every axis. */
function pad({ x, pad_width, mode, constant_values: value }: Args): lw.Tensor {
  const both = Array.isArray(pad_width) && typeof pad_width[0] === 'number';
  return lw.pad(
    x,
    both ? dimsOf(x).map(() => pad_width) : pad_width,
    given({ mode, value }) as lw.PadOptions,
  );
}

function spaceToDepth({ x, block_size: r, data_format }: Args): lw.Tensor {
  const first = data_format === 'channels_first';
  const last = first ? lw.moveaxis(x, 1, -1) : x;
  const [n, h, w, c] = dimsOf(last) as [number, number, number, number];
  const blocks = lw.transpose(lw.reshape(last, [n, h / r, r, w / r, r, c]), [0, 1, 3, 2, 4, 5]);
  const y = lw.reshape(blocks, [n, h / r, w / r, r * r * c]);
  return first ? lw.moveaxis(y, -1, 1) : y;
}

function depthToSpace({ x, block_size: r, data_format }: Args): lw.Tensor {
  const first = data_format === 'channels_first';
  const last = first ? lw.moveaxis(x, 1, -1) : x;
  const [n, h, w, c] = dimsOf(last) as [number, number, number, number];
  const blocks = lw.transpose(lw.reshape(last, [n, h, w, r, r, c / (r * r)]), [0, 1, 3, 2, 4, 5]);
  const y = lw.reshape(blocks, [n, h * r, w * r, c / (r * r)]);
  return first ? lw.moveaxis(y, -1, 1) : y;
}

const atLeast2d = (x: lw.Tensor) => (x.rank < 2 ? lw.reshape(x, [1, -1]) : x);

export const MOVEMENT: Readonly<Record<string, Op>> = {
  array_split: arraySplit,
  split,
  take,
  slice,
  roll,
  pad,
  one_hot: oneHot,
  multi_hot: ({ inputs, num_classes, axis = -1 }) =>
    lw.moveaxis(lw.max(oneHot({ x: inputs, num_classes }), { axis: 1 }), -1, axis === 2 ? 1 : axis),
  space_to_depth: spaceToDepth,
  depth_to_space: depthToSpace,
  reshape: ({ x, newshape }) => lw.reshape(x, typeof newshape === 'number' ? [newshape] : newshape),
  ravel: ({ x }) => lw.flatten(x),
  squeeze: ({ x, axis }) => lw.squeeze(x, axis ?? undefined),
  expand_dims: ({ x, axis }) => lw.expandDims(x, axis),
  broadcast_to: ({ x, shape }) => lw.broadcastTo(x, shape),
  transpose: ({ x, axes }) => lw.transpose(x, axes ?? undefined),
  moveaxis: ({ x, source, destination }) => lw.moveaxis(x, source, destination),
  swapaxes: ({ x, axis1, axis2 }) => lw.swapaxes(x, axis1, axis2),
  flip: ({ x, axis }) => lw.flip(x, axis ?? undefined),
  tile: ({ x, repeats }) => lw.tile(x, repeats),
  repeat: ({ x, repeats, axis }) => lw.repeat(x, repeats, axis ?? undefined),
  concatenate: ({ xs, axis }) => lw.concat(xs, axis),
  stack: ({ x, axis }) => lw.stack(x, axis),
  unstack: ({ x, axis }) => lw.unstack(x, axis),
  hstack: ({ xs }) => lw.concat(xs, (xs[0] as lw.Tensor).rank < 2 ? 0 : 1),
  vstack: ({ xs }) => lw.concat((xs as lw.Tensor[]).map(atLeast2d), 0),
  zeros: ({ shape }) => lw.zeros(shape),
  ones: ({ shape }) => lw.ones(shape),
};
