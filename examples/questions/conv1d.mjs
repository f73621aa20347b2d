// Why does Conv1D(64, 3, padding same) on (10, 32) give (None, 10, 64), and why is each filter 3x32?
import assert from 'node:assert/strict';
import { Conv1D, random, Sequential } from 'layerwise';

// 10 steps in time, 32 numbers (channels) at each. The window slides along the steps only, so it has one size, 3.
const layer = new Conv1D({ filters: 64, kernelSize: 3, padding: 'same', inputShape: [10, 32] });
const model = new Sequential([layer]);

// [batch, steps, filters]: `same` pads so that 10 steps stay 10 at stride 1; each of the 64 filters gives one number per step.
assert.deepEqual(model.outputShape, [null, 10, 64]);
console.log('Conv1D(64, 3, same) on (10, 32):', model.outputShape);

// At each step a filter sees 3 steps and all 32 channels of them: 3x32 weights. There are 64 filters, and 64 biases.
const [kernel, bias] = layer.getWeights();
assert.deepEqual(kernel.shape, [3, 32, 64]);
assert.deepEqual(bias.shape, [64]);
assert.equal(layer.countParams(), 3 * 32 * 64 + 64);
console.log('kernel', kernel.shape, 'bias', bias.shape, 'parameters', layer.countParams()); // 6208

// By hand: step 4 of filter 7 is the sum over steps 3, 4, 5 and the 32 channels.
const x = random([1, 10, 32], { seed: 1 });
let sum = bias.at(7);
for (let k = 0; k < 3; k++) for (let c = 0; c < 32; c++) sum += x.at(0, 3 + k, c) * kernel.at(k, c, 7);
assert.ok(Math.abs(sum - model.predictSync(x).at(0, 4, 7)) < 1e-5);
