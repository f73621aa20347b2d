// A batch x of shape (16, 3, 256, 256), a convolution from 3 to 32 channels, kernel 5, stride 1, padding 2: what comes out?
// And where do the 32 maps come from?
import assert from 'node:assert/strict';
import { add, allClose, Conv2D, conv2d, ones, random, reshape, slice } from 'layerwise';

// PyTorch writes channels first: (batch, channels, height, width). Say so, and the shapes are the same.
const layer = new Conv2D({
  filters: 32,
  kernelSize: 5,
  strides: 1,
  padding: 2,
  dataFormat: 'channelsFirst',
  inputShape: [3, 256, 256],
});
assert.deepEqual(layer.computeOutputShape([16, 3, 256, 256]), [16, 32, 256, 256]);
console.log('(16, 3, 256, 256) ->', layer.computeOutputShape([16, 3, 256, 256])); // (256 + 2 * 2 - 5) / 1 + 1 = 256

// One channel, 5x5, one filter of 3x3: one map of (5 - 3) + 1 = 3 by 3.
const one = random([1, 5, 5, 1], { seed: 1 });
const filter = random([3, 3, 1, 1], { seed: 2 });
assert.deepEqual(conv2d(one, filter).shape, [1, 3, 3, 1]);

// k filters give k maps, one each: filter j alone makes map j.
const several = random([3, 3, 1, 4], { seed: 3 });
const maps = conv2d(one, several);
assert.deepEqual(maps.shape, [1, 3, 3, 4]);
const second = conv2d(one, slice(several, [0, 0, 0, 1], [3, 3, 1, 2]));
assert.ok(allClose(reshape(slice(maps, [0, 0, 0, 1], [1, 3, 3, 2]), [9]), reshape(second, [9])));
console.log('4 filters on one 5x5 channel:', maps.shape);

// With several input channels a filter has a slice for each; what the slices give is summed. Not: a map per channel.
const rgb = random([1, 5, 5, 3], { seed: 4 });
const deep = random([3, 3, 3, 1], { seed: 5 });
const contribution = (c) =>
  conv2d(slice(rgb, [0, 0, 0, c], [1, 5, 5, c + 1]), slice(deep, [0, 0, c, 0], [3, 3, c + 1, 1]));
const summed = add(add(contribution(0), contribution(1)), contribution(2));
assert.ok(allClose(conv2d(rgb, deep), summed, { rtol: 1e-5, atol: 1e-6 }));
console.log('contributions of 3 channels, summed:', summed.shape); // [1, 3, 3, 1]

// All ones make it visible: each number of the map counts the 3 * 3 * 3 products that went into it.
assert.equal(conv2d(ones([1, 5, 5, 3]), ones([3, 3, 3, 1])).at(0, 1, 1, 0), 27);
