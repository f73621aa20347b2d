// What does -1 mean in reshape(x, [-1, 28, 28, 1])? "Work this one out": all elements must find a place, so the size follows.
import assert from 'node:assert/strict';
import { Conv2D, Dense, Flatten, MaxPooling2D, random, reshape, Sequential } from 'layerwise';

// 5 rows of 784 numbers are 3920 numbers; 28 * 28 * 1 = 784 of them make an image; so -1 becomes 3920 / 784 = 5.
const rows = random([5, 784], { seed: 1 });
const images = reshape(rows, [-1, 28, 28, 1]);
assert.deepEqual(images.shape, [5, 28, 28, 1]);
console.log('reshape([5, 784], [-1, 28, 28, 1]) is', images.shape);

// Nothing moves: the image is the same memory, read in another shape.
assert.equal(images.data, rows.data);

// Where it cannot be worked out, the message has the arithmetic.
assert.throws(() => reshape(random([2, 15], { seed: 1 }), [-1, 8]), {
  code: 'ERR_SHAPE',
  message: 'reshape: cannot infer -1: 30 elements do not divide by 8. Received input=[2, 15], shape=[-1, 8].',
});
assert.throws(() => reshape(rows, [-1, -1]), { code: 'ERR_SHAPE' });

// The net that usually follows. `null` is the batch: it is not known yet, and need not be.
const mnist = new Sequential([
  new Conv2D({ filters: 32, kernelSize: 3, activation: 'relu', inputShape: [28, 28, 1] }),
  new MaxPooling2D({ poolSize: 2 }),
  new Conv2D({ filters: 64, kernelSize: 3, activation: 'relu' }),
  new MaxPooling2D({ poolSize: 2 }),
  new Flatten({}),
  new Dense({ units: 10, activation: 'softmax' }),
]);
console.log(mnist.summary());
assert.deepEqual(mnist.outputShape, [null, 10]);
assert.equal(mnist.countParams(), 34_826);
assert.deepEqual(mnist.predictSync(images).shape, [5, 10]);
