import { product, randomFor } from '../random.mjs';

/**
 * Walks a net once, in order, and calls `build[op](node, input, weights)` with the value of the node's input. Shapes ([C, H, W] or [C])
 * and pseudo-random weights (channels-first layouts) are computed here, so that all contenders hold the same numbers.
 */
export function walk(net, start, build) {
  const named = new Map();
  let value = start;
  let shape = net.input;
  net.nodes.forEach((node, index) => {
    const from = node.input === undefined ? { value, shape } : named.get(node.input);
    const residual = node.add === undefined ? undefined : named.get(node.add).value;
    const weights = weightsOf(node, index, from.shape);
    shape = outputShape(node, from.shape);
    value = build[node.op](
      { ...node, index, inShape: from.shape, outShape: shape },
      from.value,
      weights,
      residual,
    );
    if (node.name !== undefined) named.set(node.name, { value, shape });
  });
  return value;
}

function outputShape(node, [c, h, w]) {
  const spatial = (size) => Math.floor((size + 2 * node.pad - node.k) / node.stride) + 1;
  switch (node.op) {
    case 'conv':
      return [node.out, spatial(h), spatial(w)];
    case 'maxPool':
      return [c, spatial(h), spatial(w)];
    case 'gap':
      return [c];
    case 'flatten':
      return [c * h * w];
    case 'dense':
      return [node.units];
    default:
      throw new Error(`no such op in a net: ${node.op}`);
  }
}

/** He-scaled, so that numbers stay in range through fifty layers; batch norms near the identity. */
function weightsOf(node, index, inShape) {
  if (node.op !== 'conv' && node.op !== 'dense') return undefined;
  const dims =
    node.op === 'conv' ? [node.out, inShape[0] / node.groups, node.k, node.k] : [node.units, inShape[0]];
  const fanIn = product(dims.slice(1));
  const channels = dims[0];
  const near = (name, middle, spread) =>
    randomFor(`${index}/${name}`, channels, spread).map((v) => v + middle);
  const kernel = {
    dims,
    data: randomFor(`${index}/kernel`, product(dims), Math.sqrt((node.act ? 6 : 3) / fanIn)),
  };
  if (node.bn) {
    return {
      kernel,
      bn: {
        gamma: near('gamma', node.add ? 0.5 : 1, 0.1),
        beta: near('beta', 0, 0.1),
        mean: near('mean', 0, 0.1),
        variance: near('variance', 1, 0.1),
      },
    };
  }
  return { kernel, bias: randomFor(`${index}/bias`, channels, 0.1) };
}

export const BN_EPSILON = 1e-5;
