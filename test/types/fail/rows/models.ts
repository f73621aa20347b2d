import {
  Concatenate,
  Conv2D,
  Dense,
  Flatten,
  Input,
  MaxPooling2D,
  Model,
  ReLU,
  Reshape,
  Sequential,
  zeros,
} from '../../../../lib/index.js';
import { type FailingRow, fails } from '../fails.js';

const digits = () =>
  new Sequential({
    name: 'digits',
    layers: [Input({ shape: [28, 28, 1] }), new Flatten(), new Dense({ units: 10 })],
  });
const pair = () => {
  const [image, words] = [Input({ shape: [8, 8, 3], name: 'image' }), Input({ shape: [12], name: 'words' })];
  const joined = new Concatenate().apply([new Flatten().apply(image), words]);
  return new Model({ inputs: { image, words }, outputs: joined });
};

export const rows: readonly FailingRow[] = [
  // A list of layers: the error stands at the first that does not fit.
  fails(
    'Conv2D "wide": the window is wider than the padded input. Received input=[null, 5, 5, 3], kernelSize=[7, 7]',
    () =>
      new Sequential([Input({ shape: [5, 5, 3] }), new Conv2D({ filters: 1, kernelSize: 7, name: 'wide' })]),
  ),
  fails(
    'Conv2D "late": the input must have rank 4, [N, ...spatial, C] with two spatial axes, not rank 2. Received input=[null, 75]',
    () =>
      new Sequential([
        Input({ shape: [5, 5, 3] }),
        new Flatten(),
        new Conv2D({ filters: 1, kernelSize: 3, name: 'late' }),
      ]),
  ),
  fails(
    'Reshape "cut": cannot infer -1: 75 elements do not divide by 4. Received input=[75], shape=[-1, 4]',
    () =>
      new Sequential([
        new Flatten({ inputShape: [5, 5, 3] }),
        new Reshape({ targetShape: [-1, 4], name: 'cut' }),
      ]),
  ),
  fails(
    'Reshape "lost": 75 elements cannot fill a shape of 70. Received input=[75], shape=[7, 10]',
    () =>
      new Sequential({
        name: 'options',
        layers: [new Flatten({ inputShape: [5, 5, 3] }), new Reshape({ targetShape: [7, 10], name: 'lost' })],
      }),
  ),
  fails(
    'MaxPooling2D "fourth": the window is wider than the padded input. Received input=[null, 1, 1, 3], poolSize=[2, 2]',
    () =>
      new Sequential([
        Input({ shape: [9, 9, 3] }),
        new MaxPooling2D({ name: 'first' }),
        new MaxPooling2D({ name: 'second' }),
        new MaxPooling2D({ name: 'third' }),
        new MaxPooling2D({ name: 'fourth' }),
        new ReLU(),
      ]),
  ),
  // Layers one by one.
  fails(
    'Conv2D "added": the window is wider than the padded input. Received input=[null, 5, 5, 3], kernelSize=[6, 6]',
    () =>
      new Sequential()
        .add(Input({ shape: [5, 5, 3] }))
        .add(new Conv2D({ filters: 1, kernelSize: 6, name: 'added' })),
  ),
  fails('Reshape "added": 10 elements cannot fill a shape of 9. Received input=[10], shape=[9]', () =>
    digits().add(new Reshape({ targetShape: [9], name: 'added' })),
  ),
  // A unit whose input is not known takes what its layers take.
  fails(
    'Conv2D "unit": the window is wider than the padded input. Received input=[null, 4, 4, 3], kernelSize=[5, 5]',
    () =>
      new Sequential([new Conv2D({ filters: 2, kernelSize: 5, name: 'unit' }), new ReLU()]).apply(
        Input({ shape: [4, 4, 3] }),
      ),
  ),
  // What predict takes.
  fails('predict: the input must have the shape [null, 28, 28, 1]. Received shape=[8, 32, 32, 3]', () =>
    digits().predictSync(zeros([8, 32, 32, 3])),
  ),
  fails('predict: the input must have the shape [null, 28, 28, 1]. Received shape=[28, 28, 1]', () =>
    digits().predictSync(zeros([28, 28, 1])),
  ),
  fails('predict: the input must have the shape [null, 28, 28, 1]. Received shape=[8, 28, 28]', () =>
    digits().predictSync([zeros([8, 28, 28])]),
  ),
  fails('predict: the input must be float32. Received dtype="uint8"', () =>
    digits().predictSync(zeros([8, 28, 28, 1], 'uint8')),
  ),
  fails('predict: the input must have the shape [null, 12]. Received shape=[4, 11]', () =>
    pair().predictSync({ image: zeros([4, 8, 8, 3]), words: zeros([4, 11]) }),
  ),
  fails('predict: the input must have the shape [null, 8, 8, 3]. Received shape=[4, 8, 8]', () =>
    pair().predictSync({ image: zeros([4, 8, 8]), words: zeros([4, 12]) }),
  ),
  fails('predict: the input must have the shape [2, 4]. Received shape=[3, 4]', () =>
    new Sequential([Input({ shape: [4], batchSize: 2 }), new ReLU()]).predictSync(zeros([3, 4])),
  ),
  // A graph.
  fails(
    'Concatenate "both": only axis 3 may differ: axis 1 has size 4 in tensor 1 and 8 before it. Received shapes=[[null, 8, 8, 3], [null, 4, 4, 3]], axis=3',
    () => {
      const image = Input({ shape: [8, 8, 3] });
      const half = new MaxPooling2D().apply(image);
      return new Concatenate({ name: 'both' }).apply([image, half]);
    },
  ),
];
