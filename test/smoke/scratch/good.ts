import {
  Conv2D,
  conv2d,
  Dense,
  Flatten,
  Input,
  MaxPooling2D,
  ones,
  reshape,
  Sequential,
  zeros,
} from 'layerwise';

export const edges = conv2d(ones([8, 28, 28, 1]), ones([5, 5, 1, 6]), { padding: 'same' });
export const rows = reshape(edges, [8, -1]);

export const net = new Sequential([
  Input({ shape: [28, 28, 1] }),
  new Conv2D({ filters: 16, kernelSize: 5, activation: 'relu', name: 'conv1' }),
  new MaxPooling2D(),
  new Flatten(),
  new Dense({ units: 10, activation: 'softmax', name: 'head' }),
]);
export const digits = net.predictSync(zeros([64, 28, 28, 1]));
