import type { Dims } from '../shape/dims.js';
import type { DataFormat } from '../shape/spatial.js';
import type { Tensor } from '../tensor/tensor.js';
import { transpose } from './transpose.js';

/** Nodes are channels last; these take a `channelsFirst` tensor there and back. */
export function toChannelsLast(x: Tensor, dataFormat: DataFormat): Tensor {
  if (dataFormat === 'channelsLast') return x;
  return transpose(x, [0, ...x.shape.slice(2).map((_, axis) => axis + 2), 1]);
}

export function fromChannelsLast(y: Tensor, dataFormat: DataFormat): Tensor {
  if (dataFormat === 'channelsLast') return y;
  return transpose(y, [0, y.rank - 1, ...y.shape.slice(2).map((_, axis) => axis + 1)]);
}

/** Sizes as attributes of a node. An unknown one is written as 0: such a trace carries shapes only and is never compiled. */
export const attrSizes = (dims: Dims): readonly number[] => dims.map((dim) => dim ?? 0);
