import * as lw from '../../../../lib/index.js';
import { Unknown } from '../../case.js';
import { axesFrom, dimsOf, type Node, need, type Op } from './node.js';

function batchNorm(node: Node): lw.Tensor {
  if (node.attributes.training_mode) throw new Unknown('BatchNormalization in training');
  const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((i) => need(node, i)) as [
    lw.Tensor,
    lw.Tensor,
    lw.Tensor,
    lw.Tensor,
  ];
  return lw.batchNorm(need(node, 0), {
    axis: 1,
    gamma,
    beta,
    mean,
    variance,
    epsilon: node.attributes.epsilon ?? 1e-5,
  });
}

/** Groups of one channel each. */
function instanceNorm(node: Node): lw.Tensor {
  const [x, gamma, beta] = [need(node, 0), need(node, 1), need(node, 2)];
  return lw.groupNorm(x, { groups: -1, axis: 1, gamma, beta, epsilon: node.attributes.epsilon ?? 1e-5 });
}

/** The normalised values, and the mean and the reciprocal deviation that they were made with. */
function layerNorm(node: Node): lw.Tensor[] {
  const x = need(node, 0);
  const axis = axesFrom(node.attributes.axis ?? -1, x.rank);
  const epsilon = node.attributes.epsilon ?? 1e-5;
  const y = lw.layerNorm(x, { axis, epsilon, gamma: need(node, 1), beta: node.inputs[2] ?? null });
  const deviation = lw.rsqrt(lw.add(lw.variance(x, { axis, keepDims: true }), epsilon));
  return [y, lw.mean(x, { axis, keepDims: true }), deviation];
}

function rmsNorm(node: Node): lw.Tensor {
  const x = need(node, 0);
  const axis = axesFrom(node.attributes.axis ?? -1, x.rank);
  return lw.rmsNorm(x, { axis, epsilon: node.attributes.epsilon ?? 1e-5, gamma: need(node, 1) });
}

/** x / (bias + alpha * mean of squares over `size` neighbouring channels) ^ beta: a pooling along the channels. */
function localResponseNorm(node: Node): lw.Tensor {
  const { alpha = 1e-4, beta = 0.75, bias = 1, size } = node.attributes;
  const x = need(node, 0);
  const [n, channels] = dimsOf(x) as [number, number];
  const padding: [number, number][] = [[Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)]];
  const options = { strides: 1, padding, countIncludePad: true };
  const means = lw.reshape(lw.avgPool1d(lw.reshape(lw.square(x), [n, channels, -1]), size, options), x.shape);
  return lw.div(x, lw.pow(lw.add(lw.mul(means, alpha), bias), beta));
}

function lpNorm(node: Node): lw.Tensor {
  const { axis = -1, p = 2 } = node.attributes;
  const x = need(node, 0);
  return p === 2 ? lw.l2Normalize(x, { axis }) : lw.div(x, lw.sum(lw.abs(x), { axis, keepDims: true }));
}

/** Before opset 13 all axes from `axis` on (default 1) are one; since then one axis (default the last). */
const softmax =
  (f: typeof lw.softmax): Op =>
  (node) => {
    const x = need(node, 0);
    return f(x, node.opset < 13 ? axesFrom(node.attributes.axis ?? 1, x.rank) : (node.attributes.axis ?? -1));
  };

export const NORMALIZATIONS: Readonly<Record<string, Op>> = {
  BatchNormalization: batchNorm,
  InstanceNormalization: instanceNorm,
  LayerNormalization: layerNorm,
  RMSNormalization: rmsNorm,
  LRN: localResponseNorm,
  LpNormalization: lpNorm,
  Softmax: softmax(lw.softmax),
  LogSoftmax: softmax(lw.logSoftmax),
};
