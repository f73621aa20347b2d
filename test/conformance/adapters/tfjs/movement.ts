import * as lw from '../../../../lib/index.js';
import { type Args, asTensor, dimsOf, type Op } from './args.js';

/** `x.concat([y, ...], axis)`, where tensors are nested arrays: the list of the others stands where the axis would. */
function concat({ tensors, axis, arg2 }: Args): lw.Tensor {
  if (!(tensors instanceof lw.Tensor)) return lw.concat(tensors, axis ?? 0);
  return lw.concat([tensors, ...(axis as lw.NestedArray[]).map((item) => asTensor('x', item))], arg2 ?? 0);
}

/** `x.stack(y)` too. */
function stack({ tensors, axis = 0 }: Args): lw.Tensor {
  return axis instanceof lw.Tensor ? lw.stack([tensors, axis]) : lw.stack(tensors, axis);
}

/** A size of -1, and none, reach to the end. */
function slice({ x, begin, size = [] }: Args): lw.Tensor {
  const from = [begin].flat() as number[];
  const sizes = [size].flat() as number[];
  const to = from.map((at, i) =>
    sizes[i] === undefined || sizes[i] === -1 ? null : at + (sizes[i] as number),
  );
  return lw.slice(x, from, to);
}

/** One bit for each position of the list of bounds. */
const bit = (mask: number | undefined, i: number) => ((mask ?? 0) & (1 << i)) !== 0;

/** Bounds with masks: absent bounds, whole axes, new axes, and axes that are left out. */
function stridedSlice(args: Args): lw.Tensor {
  const { x, begin, end, strides, newAxisMask, ellipsisMask, shrinkAxisMask } = args;
  const bounds: { begin: number | null; end: number | null; step: number }[] = [];
  const added: number[] = [];
  const dropped: number[] = [];
  const indices = (begin as number[]).map((_, i) => i);
  const own = indices.filter((i) => !bit(newAxisMask, i) && !bit(ellipsisMask, i)).length;
  let at = 0;
  for (const i of indices) {
    if (bit(ellipsisMask, i)) {
      for (let whole = own; whole < x.rank; whole++, at++) bounds.push({ begin: null, end: null, step: 1 });
    } else if (bit(newAxisMask, i)) {
      added.push(at++);
    } else {
      const shrinks = bit(shrinkAxisMask, i);
      if (shrinks) dropped.push(at);
      const last = begin[i] === -1 ? null : begin[i] + 1;
      const absent = { begin: bit(args.beginMask, i), end: bit(args.endMask, i) };
      bounds.push({
        begin: absent.begin ? null : begin[i],
        end: shrinks ? last : absent.end ? null : end[i],
        step: shrinks ? 1 : (strides?.[i] ?? 1),
      });
      at++;
    }
  }
  const part = lw.slice(
    x,
    bounds.map((one) => one.begin),
    bounds.map((one) => one.end),
    bounds.map(({ step }) => step),
  );
  const grown = added.length > 0 ? lw.expandDims(part, added) : part;
  return dropped.length > 0 ? lw.squeeze(grown, dropped) : grown;
}

const reverse =
  (rank: number): Op =>
  ({ x, axis }) => {
    if (x.rank !== rank)
      throw new lw.LayerwiseError('ERR_SHAPE', `reverse${rank}d: x must have rank ${rank}`);
    return lw.flip(x, axis);
  };

/** Indices per leading index: those axes are flattened away with an offset for each. */
function gather({ x, indices, axis = 0, batchDims = 0 }: Args): lw.Tensor {
  if (batchDims === 0) return lw.gather(x, indices, axis);
  const count = batchDims < 0 ? batchDims + indices.rank : batchDims;
  if (count > axis || count > indices.rank)
    throw new lw.LayerwiseError('ERR_ARGUMENT', 'gather: too many batch axes');
  if (count === 0) return lw.gather(x, indices, axis);
  const lead = dimsOf(x).slice(0, count);
  const total = lead.reduce((a, b) => a * b, 1);
  const rows = lw
    .split(lw.reshape(x, [total, ...dimsOf(x).slice(count)]), total)
    .map((row) => lw.squeeze(row, 0));
  const lists = lw
    .split(lw.reshape(indices, [total, ...dimsOf(indices).slice(count)]), total)
    .map((row) => lw.squeeze(row, 0));
  const parts = rows.map((row, i) => lw.gather(row, lists[i] as lw.Tensor, axis - count));
  const joined = lw.stack(parts);
  return lw.reshape(joined, [...lead, ...dimsOf(joined).slice(1)]);
}

function oneHot({ indices, depth, onValue = 1, offValue = 0 }: Args): lw.Tensor {
  if (indices.dtype !== 'int32') throw new lw.LayerwiseError('ERR_DTYPE', 'oneHot: indices must be int32');
  const hot = lw.equal(lw.expandDims(indices, -1), lw.arange(0, depth, 1, 'int32'));
  return lw.where(hot, lw.full([], onValue, 'int32') as unknown as lw.Tensor, offValue);
}

/** [N, H, W, C] to [N, H b, W b, C / b^2] */
function depthToSpace({ x, blockSize: b }: Args): lw.Tensor {
  const [n, h, w, c] = dimsOf(x) as [number, number, number, number];
  const blocks = lw.reshape(x, [n, h, w, b, b, c / (b * b)]);
  return lw.reshape(lw.transpose(blocks, [0, 1, 3, 2, 4, 5]), [n, h * b, w * b, c / (b * b)]);
}

/** One pair per axis; a vector's may stand alone. */
const pad: Op = ({ x, paddings, constantValue, mode }) => {
  const widths = typeof paddings[0] === 'number' && x.rank === 1 ? [paddings] : paddings;
  return lw.pad(x, widths, {
    ...(mode ? { mode } : {}),
    ...(constantValue === undefined ? {} : { value: constantValue }),
  });
};

export const MOVEMENT: Readonly<Record<string, Op>> = {
  reshape: ({ x, shape }) => lw.reshape(x, shape),
  flatten: ({ arr, x }) => lw.flatten(arr ?? x),
  as1D: ({ x }) => lw.flatten(x),
  as2D: ({ x, arg1, arg2 }) => lw.reshape(x, [arg1, arg2]),
  squeeze: ({ x, axis }) => lw.squeeze(x, axis),
  expandDims: ({ x, axis = 0 }) => lw.expandDims(x, axis),
  transpose: ({ x, perm }) => lw.transpose(x, perm),
  concat,
  concat1d: concat,
  concat2d: concat,
  concat3d: concat,
  stack,
  unstack: ({ x, axis = 0 }) => lw.unstack(x, axis),
  split: ({ x, numOrSizeSplits, axis = 0 }) => lw.split(x, numOrSizeSplits, axis),
  slice,
  slice1d: slice,
  slice2d: slice,
  slice3d: slice,
  slice4d: slice,
  stridedSlice,
  reverse1d: reverse(1),
  reverse2d: reverse(2),
  reverse3d: reverse(3),
  reverse4d: reverse(4),
  pad,
  pad1d: pad,
  pad2d: pad,
  pad4d: pad,
  mirrorPad: pad,
  tile: ({ x, reps }) => lw.tile(x, reps),
  broadcastTo: ({ x, shape }) => lw.broadcastTo(x, shape),
  gather,
  oneHot,
  depthToSpace,
};
