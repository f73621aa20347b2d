// LeNet on 32x32x3: how do the maps shrink, how deep are they, and how much of the image does one number see?
import assert from 'node:assert/strict';
import { AveragePooling2D, Conv2D, Dense, Flatten, Sequential } from 'layerwise';

const lenet = new Sequential([
  new Conv2D({ name: 'c1', filters: 6, kernelSize: 5, activation: 'tanh', inputShape: [32, 32, 3] }),
  new AveragePooling2D({ name: 's2', poolSize: 2 }),
  new Conv2D({ name: 'c3', filters: 16, kernelSize: 5, activation: 'tanh' }),
  new AveragePooling2D({ name: 's4', poolSize: 2 }),
  new Flatten({ name: 'flat' }),
  new Dense({ name: 'f5', units: 120, activation: 'tanh' }),
  new Dense({ name: 'f6', units: 84, activation: 'tanh' }),
  new Dense({ name: 'out', units: 10, activation: 'softmax' }),
]);

// The third number is the depth: how many maps, one per filter. Pooling keeps it, a convolution sets it.
const expected = [
  ['c1', 28, 6, 5], // 32 - 5 + 1
  ['s2', 14, 6, 6],
  ['c3', 10, 16, 14],
  ['s4', 5, 16, 16],
];

// The receptive field grows by (window - 1) times the product of the strides before it.
let shape = [null, 32, 32, 3];
let field = 1;
let jump = 1;
for (const [name, size, depth, sees] of expected) {
  const layer = lenet.getLayer(name);
  shape = layer.computeOutputShape(shape);
  const window = name.startsWith('c') ? 5 : 2;
  const stride = name.startsWith('c') ? 1 : 2;
  field += (window - 1) * jump;
  jump *= stride;
  assert.deepEqual(shape, [null, size, size, depth]);
  assert.equal(field, sees);
  console.log(`${name}: ${size}x${size}x${depth}, each number sees ${field}x${field} of the image`);
}
assert.deepEqual(lenet.outputShape, [null, 10]);
console.log(lenet.summary());
