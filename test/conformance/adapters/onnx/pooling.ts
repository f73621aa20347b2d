import * as lw from '../../../../lib/index.js';
import { Unknown } from '../../case.js';
import { byRank, dimsOf, type Node, need, type Op, windowOptions } from './node.js';

const MAX = [lw.maxPool1d, lw.maxPool2d, lw.maxPool3d] as const;
const AVG = [lw.avgPool1d, lw.avgPool2d, lw.avgPool3d] as const;
const CONV = [lw.conv1d, lw.conv2d, lw.conv3d] as const;
const GLOBAL_MAX = [lw.globalMaxPool1d, lw.globalMaxPool2d, lw.globalMaxPool3d] as const;
const GLOBAL_AVG = [lw.globalAvgPool1d, lw.globalAvgPool2d, lw.globalAvgPool3d] as const;

const options = (node: Node) => ({ ...windowOptions(node), ceilMode: Boolean(node.attributes.ceil_mode) });

/** Integers have a maximum too: it is exact in float32 up to 2^24, more than the bytes that ONNX allows here. */
function maxPool(node: Node): lw.Tensor {
  if (node.outputs > 1) throw new Unknown('MaxPool with indices');
  const x = need(node, 0);
  const values = x.dtype === 'float64' ? x : lw.cast(x, 'float32');
  return lw.cast(byRank(node, x.rank, MAX)(values, node.attributes.kernel_shape, options(node)), x.dtype);
}

function avgPool(node: Node): lw.Tensor {
  const { kernel_shape: window, count_include_pad: count } = node.attributes;
  const x = need(node, 0);
  return byRank(node, x.rank, AVG)(x, window, { ...options(node), countIncludePad: Boolean(count) });
}

/** (sum |x|^p)^(1/p) over each window: the sum is a depthwise convolution with ones. */
function lpPool(node: Node): lw.Tensor {
  const { kernel_shape: window, p = 2, ceil_mode: ceil } = node.attributes;
  if (ceil) throw new Unknown('LpPool with ceil_mode');
  const x = need(node, 0);
  const channels = dimsOf(x)[1] as number;
  const sums = byRank(node, x.rank, CONV)(lw.pow(lw.abs(x), p), lw.ones([...window, 1, channels]), {
    ...windowOptions(node),
    groups: channels,
  });
  return lw.pow(sums, 1 / p);
}

const globally =
  (ops: readonly (typeof lw.globalMaxPool2d)[]): Op =>
  (node) =>
    byRank(node, need(node, 0).rank, ops)(need(node, 0), { keepDims: true, dataFormat: 'channelsFirst' });

export const POOLINGS: Readonly<Record<string, Op>> = {
  MaxPool: maxPool,
  AveragePool: avgPool,
  LpPool: lpPool,
  GlobalMaxPool: globally(GLOBAL_MAX),
  GlobalAveragePool: globally(GLOBAL_AVG),
};
