import {
  Conv2D,
  Dense,
  Dropout,
  Flatten,
  Input,
  MaxPooling2D,
  Sequential,
  zeros,
} from '../../../lib/index.js';
import type { Equal, Expect } from '../equal.js';

/** VGG16 (Simonyan and Zisserman, 2014), configuration D, layer by layer. */
export const vgg16 = new Sequential([
  Input({ shape: [224, 224, 3] }),
  new Conv2D({ filters: 64, kernelSize: 3, padding: 'same', activation: 'relu', name: 'conv1_1' }),
  new Conv2D({ filters: 64, kernelSize: 3, padding: 'same', activation: 'relu', name: 'conv1_2' }),
  new MaxPooling2D({ poolSize: 2, name: 'pool1' }),
  new Conv2D({ filters: 128, kernelSize: 3, padding: 'same', activation: 'relu', name: 'conv2_1' }),
  new Conv2D({ filters: 128, kernelSize: 3, padding: 'same', activation: 'relu', name: 'conv2_2' }),
  new MaxPooling2D({ poolSize: 2, name: 'pool2' }),
  new Conv2D({ filters: 256, kernelSize: 3, padding: 'same', activation: 'relu', name: 'conv3_1' }),
  new Conv2D({ filters: 256, kernelSize: 3, padding: 'same', activation: 'relu', name: 'conv3_2' }),
  new Conv2D({ filters: 256, kernelSize: 3, padding: 'same', activation: 'relu', name: 'conv3_3' }),
  new MaxPooling2D({ poolSize: 2, name: 'pool3' }),
  new Conv2D({ filters: 512, kernelSize: 3, padding: 'same', activation: 'relu', name: 'conv4_1' }),
  new Conv2D({ filters: 512, kernelSize: 3, padding: 'same', activation: 'relu', name: 'conv4_2' }),
  new Conv2D({ filters: 512, kernelSize: 3, padding: 'same', activation: 'relu', name: 'conv4_3' }),
  new MaxPooling2D({ poolSize: 2, name: 'pool4' }),
  new Conv2D({ filters: 512, kernelSize: 3, padding: 'same', activation: 'relu', name: 'conv5_1' }),
  new Conv2D({ filters: 512, kernelSize: 3, padding: 'same', activation: 'relu', name: 'conv5_2' }),
  new Conv2D({ filters: 512, kernelSize: 3, padding: 'same', activation: 'relu', name: 'conv5_3' }),
  new MaxPooling2D({ poolSize: 2, name: 'pool5' }),
  new Flatten(),
  new Dense({ units: 4096, activation: 'relu', name: 'fc1' }),
  new Dropout({ rate: 0.5 }),
  new Dense({ units: 4096, activation: 'relu', name: 'fc2' }),
  new Dropout({ rate: 0.5, name: 'dropout2' }),
  new Dense({ units: 1000, activation: 'softmax', name: 'predictions' }),
]);

export type Checks = [
  Expect<Equal<typeof vgg16.inputShape, [null, 224, 224, 3]>>,
  Expect<Equal<typeof vgg16.outputShape, [null, 1000]>>,
];
export const predicted = () => vgg16.predictSync(zeros([8, 224, 224, 3]));
export type Predicted = Expect<Equal<ReturnType<typeof predicted>['shape'], readonly [8, 1000]>>;
