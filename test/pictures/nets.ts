import {
  Activation,
  Add,
  BatchNormalization,
  Conv2D,
  Dense,
  Flatten,
  GlobalAveragePooling2D,
  Input,
  MaxPooling2D,
  Model,
  Sequential,
  type SymbolicTensor,
} from '../../lib/index.js';

const conv = (filters: number, kernelSize: number, padding = 0, strides = 1) =>
  new Conv2D({ filters, kernelSize, padding, strides, activation: 'relu' });

/** Krizhevsky, Sutskever and Hinton (2012). */
export const alexnet = () =>
  new Sequential([
    Input({ shape: [227, 227, 3] }),
    conv(96, 11, 0, 4),
    new MaxPooling2D({ poolSize: 3, strides: 2 }),
    conv(256, 5, 2),
    new MaxPooling2D({ poolSize: 3, strides: 2 }),
    conv(384, 3, 1),
    conv(384, 3, 1),
    conv(256, 3, 1),
    new MaxPooling2D({ poolSize: 3, strides: 2, name: 'pool5' }),
    new Flatten({}),
    new Dense({ units: 4096, activation: 'relu' }),
    new Dense({ units: 4096, activation: 'relu' }),
    new Dense({ units: 1000, activation: 'softmax', name: 'scores' }),
  ]);

/** Simonyan and Zisserman (2014), up to its last pooling. */
export const vgg16Features = () =>
  new Sequential([
    Input({ shape: [224, 224, 3] }),
    ...[64, 128, 256, 512, 512].flatMap((filters, stage) => [
      ...Array.from({ length: stage < 2 ? 2 : 3 }, () => conv(filters, 3, 1)),
      new MaxPooling2D({ poolSize: 2, name: `pool${stage + 1}` }),
    ]),
  ]);

/** A residual net with bottlenecks, the stride in the first 1x1 convolution (He et al. 2015) or in the 3x3 one. */
export function resnet50(strideIn: 1 | 3, blocks: readonly number[] = [3, 4, 6, 3]) {
  const unit = (x: SymbolicTensor, filters: number, kernelSize: number, strides = 1) => {
    const padding = (kernelSize - 1) / 2;
    return new BatchNormalization({}).apply(
      new Conv2D({ filters, kernelSize, strides, padding, useBias: false }).apply(x),
    );
  };
  const relu = (x: SymbolicTensor) => new Activation({ activation: 'relu' }).apply(x);
  const input = Input({ shape: [224, 224, 3] });
  const stem = relu(unit(input, 64, 7, 2));
  let x = new MaxPooling2D({ poolSize: 3, strides: 2, padding: 1 }).apply(stem);
  blocks.forEach((count, stage) => {
    const width = 64 * 2 ** stage;
    for (let i = 0; i < count; i++) {
      const strides = i === 0 && stage > 0 ? 2 : 1;
      const shortcut = i === 0 ? unit(x, 4 * width, 1, strides) : x;
      const narrow = relu(unit(x, width, 1, strideIn === 1 ? strides : 1));
      const middle = relu(unit(narrow, width, 3, strideIn === 3 ? strides : 1));
      x = relu(new Add({ name: `add${stage + 1}_${i + 1}` }).apply([unit(middle, 4 * width, 1), shortcut]));
    }
  });
  const scores = new Dense({ units: 1000 }).apply(new GlobalAveragePooling2D({}).apply(x));
  return new Model({ inputs: input, outputs: scores, name: 'resnet50' });
}
