import {
  Activation,
  Add,
  BatchNormalization,
  Conv2D,
  Dense,
  DepthwiseConv2D,
  Flatten,
  GlobalAveragePooling2D,
  Input,
  MaxPooling2D,
  Model,
  Permute,
  tensor,
  ZeroPadding2D,
} from 'layerwise';
import { product, randomFor, toChannelsLast, toKerasKernel } from '../random.mjs';
import { NETS } from './spec.mjs';
import { BN_EPSILON, walk } from './walk.mjs';

const vector = (data) => tensor(data, [data.length]);

/** Applies a layer and gives it its weights. */
function withWeights(layer, x, weights) {
  const y = layer.apply(x);
  layer.setWeights(weights);
  return y;
}

const padded = (x, pad) => (pad === 0 ? x : new ZeroPadding2D({ padding: pad }).apply(x));

function convolution(node, x, { kernel, bias, bn }, residual) {
  const { k, stride, groups, act, out } = node;
  const depthwise = groups === out && groups === node.inShape[0];
  const common = { kernelSize: k, strides: stride, useBias: bias !== undefined };
  const data = toKerasKernel(kernel.data, kernel.dims);
  const [O, I] = kernel.dims;
  const layer = depthwise ? new DepthwiseConv2D(common) : new Conv2D({ ...common, filters: out, groups });
  const shape = depthwise ? [k, k, O, 1] : [k, k, I, O];
  let y = withWeights(layer, padded(x, node.pad), [tensor(data, shape), ...(bias ? [vector(bias)] : [])]);
  if (bn) {
    const weights = [bn.gamma, bn.beta, bn.mean, bn.variance].map(vector);
    y = withWeights(new BatchNormalization({ epsilon: BN_EPSILON }), y, weights);
  }
  if (residual) y = new Add({}).apply([y, residual]);
  return act ? new Activation({ activation: act }).apply(y) : y;
}

const BUILD = {
  conv: convolution,
  maxPool: ({ k, stride, pad }, x) =>
    new MaxPooling2D({ poolSize: k, strides: stride, padding: pad }).apply(x),
  gap: (_node, x) => new GlobalAveragePooling2D({}).apply(x),
  flatten: flattenAsChannelsFirst,
  dense: ({ units, act }, x, { kernel, bias }) =>
    withWeights(new Dense({ units, activation: act }), x, [
      tensor(toKerasKernel(kernel.data, kernel.dims), kernel.dims.toReversed()),
      vector(bias),
    ]),
};

/** The net as a Layerwise model, and a batch of input; both the numbers that the peers get. */
export function buildNet(name, batch) {
  const net = NETS[name]();
  const [c, h, w] = net.input;
  const x = Input({ shape: [h, w, c] });
  const model = new Model({ inputs: x, outputs: walk(net, x, BUILD), name });
  const dims = [batch, c, h, w];
  const input = tensor(toChannelsLast(randomFor(`${name}/x`, product(dims)), dims), [batch, h, w, c]);
  return { model, input };
}

/** The peers flatten [C, H, W]; the dense weights that follow expect that order. */
function flattenAsChannelsFirst({ inShape: [c, h, w] }, x) {
  if (c === 1 || h * w === 1) return new Flatten({}).apply(x);
  return new Flatten({}).apply(new Permute({ dims: [3, 1, 2] }).apply(x));
}
