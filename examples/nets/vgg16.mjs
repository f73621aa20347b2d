import { Conv2D, Dense, Flatten, Input, MaxPooling2D, Sequential } from 'layerwise';

/** The filters of the five stages and their numbers of convolutions. */
const STAGES = [
  [64, 2],
  [128, 2],
  [256, 3],
  [512, 3],
  [512, 3],
];

const stage = ([filters, count], i) => [
  ...Array.from({ length: count }, (_, j) => {
    const name = `conv${i + 1}_${j + 1}`;
    return new Conv2D({ name, filters, kernelSize: 3, padding: 'same', activation: 'relu' });
  }),
  new MaxPooling2D({ name: `pool${i + 1}`, poolSize: 2 }),
];

/** VGG16 (Simonyan and Zisserman, 2014): 224x224x3 in, 1000 probabilities out. */
export function vgg16() {
  return new Sequential({
    name: 'vgg16',
    layers: [
      Input({ shape: [224, 224, 3], name: 'image' }),
      ...STAGES.flatMap(stage),
      new Flatten({ name: 'flatten' }),
      new Dense({ name: 'fc1', units: 4096, activation: 'relu' }),
      new Dense({ name: 'fc2', units: 4096, activation: 'relu' }),
      new Dense({ name: 'predictions', units: 1000, activation: 'softmax' }),
    ],
  });
}
