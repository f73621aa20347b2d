import * as lw from '../../../../lib/index.js';
import { broadcastShapes } from '../../../../lib/shape/broadcast.js';
import { type CaseTensor, toTensor, Unknown } from '../../case.js';
import { axisOf, dimsOf, type Node, need, numbers, type Op } from './node.js';

const product = (dims: readonly number[]) => dims.reduce((a, b) => a * b, 1);

/** 0 keeps the size of the same axis, unless `allowzero`. */
function reshape(node: Node): lw.Tensor {
  const x = need(node, 0);
  const shape = numbers(node, 'shape', 1) as number[];
  return lw.reshape(
    x,
    node.attributes.allowzero
      ? shape
      : shape.map((size, i) => (size === 0 ? (dimsOf(x)[i] as number) : size)),
  );
}

function flatten(node: Node): lw.Tensor {
  const x = need(node, 0);
  const axis = axisOf(node.attributes.axis ?? 1, x.rank);
  return lw.reshape(x, [product(dimsOf(x).slice(0, axis)), product(dimsOf(x).slice(axis))]);
}

/** The shape asked for broadcasts too: a 1 in it keeps the input's size. */
function expand(node: Node): lw.Tensor {
  const x = need(node, 0);
  return lw.broadcastTo(x, broadcastShapes('Expand', x.shape, numbers(node, 'shape', 1) as number[]));
}

/** Axes that are not named are taken whole. */
function slice(node: Node): lw.Tensor {
  const x = need(node, 0);
  const [starts, ends] = [numbers(node, 'starts', 1), numbers(node, 'ends', 2)] as [number[], number[]];
  const axes = numbers(node, 'axes', 3) ?? starts.map((_, i) => i);
  const steps = numbers(node, 'steps', 4) ?? [];
  const spread = (values: readonly number[]) =>
    dimsOf(x).map((_, axis) => values[axes.findIndex((named) => axisOf(named, x.rank) === axis)] ?? null);
  return lw.slice(x, spread(starts), spread(ends), spread(steps));
}

/** Sizes are an attribute or an input, or equal parts: of `num_outputs` the last may be smaller. */
function split(node: Node): readonly lw.Tensor[] {
  const x = need(node, 0);
  const axis = axisOf(node.attributes.axis ?? 0, x.rank);
  const sizes = numbers(node, 'split', 1);
  if (sizes) return lw.split(x, sizes, axis);
  const length = dimsOf(x)[axis] as number;
  const part = Math.ceil(length / node.outputs);
  return lw.split(
    x,
    Array.from({ length: node.outputs }, (_, i) => Math.max(0, Math.min(part, length - i * part))),
    axis,
  );
}

/** `[begin..., end...]` of the named axes; negative ones crop. */
function pad(node: Node): lw.Tensor {
  const x = need(node, 0);
  const widths = numbers(node, 'pads', 1) as number[];
  const axes = (numbers(node, 'axes', 3) ?? dimsOf(x).map((_, i) => i)).map((axis) => axisOf(axis, x.rank));
  const list = dimsOf(x).map((): [number, number] => [0, 0]);
  axes.forEach((axis, i) => {
    list[axis] = [widths[i] as number, widths[i + axes.length] as number];
  });
  const begin = list.map(([before]) => Math.max(0, -before));
  const end = list.map(([, after], i) => (dimsOf(x)[i] as number) - Math.max(0, -after));
  const positive = list.map(([before, after]): [number, number] => [Math.max(0, before), Math.max(0, after)]);
  const mode = (node.attributes.mode ?? 'constant') as lw.PadMode;
  const value = numbers(node, '', 2)?.[0] ?? node.attributes.value ?? 0;
  return lw.pad(lw.slice(x, begin, end), positive, { mode, ...(mode === 'constant' ? { value } : {}) });
}

/** Blocks of channels to blocks of positions: the blocks are the outer part of the channels (DCR) or the inner (CRD). */
function depthToSpace(node: Node): lw.Tensor {
  const { blocksize: b, mode = 'DCR' } = node.attributes;
  const x = need(node, 0);
  const [n, c, h, w] = dimsOf(x) as [number, number, number, number];
  const depth = c / (b * b);
  const blocks =
    mode === 'DCR'
      ? lw.transpose(lw.reshape(x, [n, b, b, depth, h, w]), [0, 3, 4, 1, 5, 2])
      : lw.transpose(lw.reshape(x, [n, depth, b, b, h, w]), [0, 1, 4, 2, 5, 3]);
  return lw.reshape(blocks, [n, depth, h * b, w * b]);
}

function spaceToDepth(node: Node): lw.Tensor {
  const b = node.attributes.blocksize;
  const x = need(node, 0);
  const [n, c, h, w] = dimsOf(x) as [number, number, number, number];
  const blocks = lw.transpose(lw.reshape(x, [n, c, h / b, b, w / b, b]), [0, 3, 5, 1, 2, 4]);
  return lw.reshape(blocks, [n, c * b * b, h / b, w / b]);
}

function constantOfShape(node: Node): lw.Tensor {
  const shape = numbers(node, '', 0) as number[];
  const value = toTensor(node.attributes.value as CaseTensor);
  if (value.dtype !== 'float32') throw new Unknown(`ConstantOfShape of ${value.dtype}`);
  return lw.full(shape, Number(value.data[0])) as unknown as lw.Tensor;
}

const axesOf = (node: Node) => numbers(node, 'axes', 1);

export const MOVEMENT: Readonly<Record<string, Op>> = {
  Reshape: reshape,
  Flatten: flatten,
  Expand: expand,
  Slice: slice,
  Split: split,
  Pad: pad,
  DepthToSpace: depthToSpace,
  SpaceToDepth: spaceToDepth,
  ConstantOfShape: constantOfShape,
  Squeeze: (node) => lw.squeeze(need(node, 0), axesOf(node)),
  Unsqueeze: (node) => lw.expandDims(need(node, 0), axesOf(node)),
  Transpose: (node) => lw.transpose(need(node, 0), node.attributes.perm),
  Tile: (node) => lw.tile(need(node, 0), numbers(node, 'repeats', 1) as number[]),
  Gather: (node) => lw.gather(need(node, 0), need(node, 1), node.attributes.axis ?? 0),
  Concat: (node) =>
    lw.concat(
      node.inputs.map((_, i) => need(node, i)),
      node.attributes.axis,
    ),
};
