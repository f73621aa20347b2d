import { Conv2D, Dense, Flatten, Input, MaxPooling2D, reshape, Sequential, zeros } from 'layerwise';

// Each line that must not compile stands under the message that the compiler prints for it.

// reshape: cannot infer -1: 30 elements do not divide by 8. Received input=[5, 6], shape=[-1, 8]
export const bad = reshape(zeros([5, 6]), [-1, 8]);

export const unflattened = new Sequential([
  Input({ shape: [28, 28, 1] }),
  new Conv2D({ filters: 16, kernelSize: 5, name: 'conv1' }),
  // Dense "head": the input [null, 24, 24, 16] is a map, not a vector. Use Flatten before it, or a convolution with kernelSize 1 for each position
  new Dense({ units: 10, name: 'head' }),
]);

const net = new Sequential([Input({ shape: [28, 28, 1] }), new MaxPooling2D(), new Flatten()]);
// predict: the input must have the shape [null, 28, 28, 1]. Received shape=[8, 32, 32, 3]
net.predictSync(zeros([8, 32, 32, 3]));

// unknown option "filter"
new Conv2D({ filter: 16, filters: 16, kernelSize: 3 });
