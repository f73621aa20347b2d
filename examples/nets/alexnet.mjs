import { Conv2D, Dense, Flatten, Input, MaxPooling2D, Sequential } from 'layerwise';

const conv = (name, filters, kernelSize, options) =>
  new Conv2D({ name, filters, kernelSize, activation: 'relu', ...options });
const pool = (name) => new MaxPooling2D({ name, poolSize: 3, strides: 2 });

/** AlexNet (Krizhevsky, Sutskever and Hinton, 2012): 227x227x3 in, 1000 probabilities out. */
export function alexnet() {
  return new Sequential({
    name: 'alexnet',
    layers: [
      Input({ shape: [227, 227, 3], name: 'image' }),
      conv('conv1', 96, 11, { strides: 4 }),
      pool('pool1'),
      conv('conv2', 256, 5, { padding: 2, groups: 2 }),
      pool('pool2'),
      conv('conv3', 384, 3, { padding: 1 }),
      conv('conv4', 384, 3, { padding: 1, groups: 2 }),
      conv('conv5', 256, 3, { padding: 1, groups: 2 }),
      pool('pool5'),
      new Flatten({ name: 'flatten' }),
      new Dense({ name: 'fc6', units: 4096, activation: 'relu' }),
      new Dense({ name: 'fc7', units: 4096, activation: 'relu' }),
      new Dense({ name: 'fc8', units: 1000, activation: 'softmax' }),
    ],
  });
}
