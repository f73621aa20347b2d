// Where do the parameter counts of the famous nets come from, and why does 227 become 55?
import assert from 'node:assert/strict';
import { Conv2D, Dense, Flatten, Input, MaxPooling2D, Sequential } from 'layerwise';
import { resnet50 } from './resnet50.mjs';

// VGG's first layer: 64 filters of 3x3 over 3 channels, and a bias each: (3 * 3 * 3 + 1) * 64.
const first = new Conv2D({
  filters: 64,
  kernelSize: 3,
  padding: 'same',
  dataFormat: 'channelsFirst',
  inputShape: [3, 224, 224],
});
const vggFirst = new Sequential([first]);
assert.deepEqual(vggFirst.outputShape, [null, 64, 224, 224]);
assert.equal(first.countParams(), 1792);
console.log("VGG's first layer: (3, 224, 224) -> (64, 224, 224),", first.countParams(), 'parameters');

// All of VGG16. Most of it is the first Dense: 7 * 7 * 512 inputs times 4096, 102,764,544 with the biases.
const layers = [Input({ shape: [224, 224, 3] })];
for (const [filters, count] of [
  [64, 2],
  [128, 2],
  [256, 3],
  [512, 3],
  [512, 3],
]) {
  for (let i = 0; i < count; i++)
    layers.push(new Conv2D({ filters, kernelSize: 3, padding: 'same', activation: 'relu' }));
  layers.push(new MaxPooling2D({ poolSize: 2 }));
}
layers.push(
  new Flatten({}),
  new Dense({ units: 4096, activation: 'relu' }),
  new Dense({ units: 4096, activation: 'relu' }),
);
layers.push(new Dense({ units: 1000, activation: 'softmax' }));
const vgg16 = new Sequential(layers);
assert.deepEqual(vgg16.outputShape, [null, 1000]);
assert.equal(vgg16.countParams(), 138_357_544);
console.log('VGG16:', vgg16.countParams().toLocaleString('en'), 'parameters');

// ResNet50: the weights that training would change. The running means and variances of the batch norms are not among them.
const resnet = resnet50();
const trainable = resnet.trainableWeights.reduce(
  (sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1),
  0,
);
assert.equal(trainable, 25_557_032);
console.log('ResNet50:', trainable.toLocaleString('en'), 'trainable parameters, batch norms included');

// AlexNet: (227 - 11) / 4 + 1 = 55. The window starts at 0, 4, 8, ..., 216: 55 places; a 56th would end behind the image.
const alexnet = new Conv2D({ filters: 96, kernelSize: 11, strides: 4 });
assert.deepEqual(alexnet.computeOutputShape([null, 227, 227, 3]), [null, 55, 55, 96]);
console.log('AlexNet: 227 -> (227 - 11) / 4 + 1 =', alexnet.computeOutputShape([null, 227, 227, 3])[1]);
