// A volume X of 11x11x4 and filters of 5x5x4 at stride 2: the numbers of the output volume V, by hand and by the layer.
// V[0, 0, 0] = sum(X[:5, :5, :] * W0) + b0, V[1, 0, 0] = sum(X[2:7, :5, :] * W0) + b0, and so on.
import assert from 'node:assert/strict';
import { add, Conv2D, mul, random, reshape, Sequential, slice, sum, take } from 'layerwise';

const X = random([11, 11, 4], { seed: 1 });
const weights = random([5, 5, 4, 2], { seed: 2 });
const biases = random([2], { seed: 3 });
const layer = new Conv2D({ filters: 2, kernelSize: 5, strides: 2, inputShape: [11, 11, 4] });
const model = new Sequential([layer]);
layer.setWeights([weights, biases]);
const V = reshape(model.predictSync(reshape(X, [1, 11, 11, 4])), [4, 4, 2]); // (11 - 5) / 2 + 1 = 4

/** sum(X[2i : 2i + 5, 2j : 2j + 5, :] * Wf) + bf */
function byHand(i, j, f) {
  const window = slice(X, [2 * i, 2 * j, 0], [2 * i + 5, 2 * j + 5, 4]);
  const W = take(weights, f, 3);
  return add(sum(mul(window, W)), take(biases, f)).at();
}

let worst = 0;
for (let i = 0; i < 4; i++) {
  for (let j = 0; j < 4; j++) {
    for (let f = 0; f < 2; f++) worst = Math.max(worst, Math.abs(byHand(i, j, f) - V.at(i, j, f)));
  }
}
assert.ok(worst < 1e-5);
console.log('V is', V.shape, 'and the same by hand, to', worst.toExponential(1));

// A depth column: all channels at one place. A depth slice: one channel at all places.
const column = slice(X, [3, 5, 0], [4, 6, 4]);
const depthSlice = take(X, 0, 2);
assert.deepEqual(column.shape, [1, 1, 4]);
assert.deepEqual(depthSlice.shape, [11, 11]);
console.log('a depth column is', column.shape, 'and a depth slice', depthSlice.shape);
