import {
  Add,
  BatchNormalization,
  Conv2D,
  Dense,
  GlobalAveragePooling2D,
  Input,
  MaxPooling2D,
  Model,
  ReLU,
  zeros,
} from '../../../lib/index.js';
import type { Equal, Expect } from '../equal.js';

/** ResNet50 (He, Zhang, Ren and Sun, 2015), version 1.5, every layer written out. */
const image = Input({ shape: [224, 224, 3], name: 'image' });
const stemConv = new Conv2D({
  filters: 64,
  kernelSize: 7,
  strides: 2,
  padding: 3,
  useBias: false,
  name: 'stem_conv',
}).apply(image);
const stemNorm = new BatchNormalization({ name: 'stem_bn' }).apply(stemConv);
const stem = new ReLU({ name: 'stem_relu' }).apply(stemNorm);
const pool = new MaxPooling2D({ poolSize: 3, strides: 2, padding: 1, name: 'pool' }).apply(stem);
const s2b1ShortConv = new Conv2D({
  filters: 256,
  kernelSize: 1,
  useBias: false,
  name: 's2b1Short_conv',
}).apply(pool);
const s2b1Short = new BatchNormalization({ name: 's2b1Short_bn' }).apply(s2b1ShortConv);
const s2b1AConv = new Conv2D({ filters: 64, kernelSize: 1, useBias: false, name: 's2b1A_conv' }).apply(pool);
const s2b1ANorm = new BatchNormalization({ name: 's2b1A_bn' }).apply(s2b1AConv);
const s2b1A = new ReLU({ name: 's2b1A_relu' }).apply(s2b1ANorm);
const s2b1BConv = new Conv2D({
  filters: 64,
  kernelSize: 3,
  padding: 1,
  useBias: false,
  name: 's2b1B_conv',
}).apply(s2b1A);
const s2b1BNorm = new BatchNormalization({ name: 's2b1B_bn' }).apply(s2b1BConv);
const s2b1B = new ReLU({ name: 's2b1B_relu' }).apply(s2b1BNorm);
const s2b1CConv = new Conv2D({ filters: 256, kernelSize: 1, useBias: false, name: 's2b1C_conv' }).apply(
  s2b1B,
);
const s2b1C = new BatchNormalization({ name: 's2b1C_bn' }).apply(s2b1CConv);
const s2b1Sum = new Add({ name: 's2b1_add' }).apply([s2b1C, s2b1Short]);
const s2b1 = new ReLU({ name: 's2b1_out' }).apply(s2b1Sum);
const s2b2AConv = new Conv2D({ filters: 64, kernelSize: 1, useBias: false, name: 's2b2A_conv' }).apply(s2b1);
const s2b2ANorm = new BatchNormalization({ name: 's2b2A_bn' }).apply(s2b2AConv);
const s2b2A = new ReLU({ name: 's2b2A_relu' }).apply(s2b2ANorm);
const s2b2BConv = new Conv2D({
  filters: 64,
  kernelSize: 3,
  padding: 1,
  useBias: false,
  name: 's2b2B_conv',
}).apply(s2b2A);
const s2b2BNorm = new BatchNormalization({ name: 's2b2B_bn' }).apply(s2b2BConv);
const s2b2B = new ReLU({ name: 's2b2B_relu' }).apply(s2b2BNorm);
const s2b2CConv = new Conv2D({ filters: 256, kernelSize: 1, useBias: false, name: 's2b2C_conv' }).apply(
  s2b2B,
);
const s2b2C = new BatchNormalization({ name: 's2b2C_bn' }).apply(s2b2CConv);
const s2b2Sum = new Add({ name: 's2b2_add' }).apply([s2b2C, s2b1]);
const s2b2 = new ReLU({ name: 's2b2_out' }).apply(s2b2Sum);
const s2b3AConv = new Conv2D({ filters: 64, kernelSize: 1, useBias: false, name: 's2b3A_conv' }).apply(s2b2);
const s2b3ANorm = new BatchNormalization({ name: 's2b3A_bn' }).apply(s2b3AConv);
const s2b3A = new ReLU({ name: 's2b3A_relu' }).apply(s2b3ANorm);
const s2b3BConv = new Conv2D({
  filters: 64,
  kernelSize: 3,
  padding: 1,
  useBias: false,
  name: 's2b3B_conv',
}).apply(s2b3A);
const s2b3BNorm = new BatchNormalization({ name: 's2b3B_bn' }).apply(s2b3BConv);
const s2b3B = new ReLU({ name: 's2b3B_relu' }).apply(s2b3BNorm);
const s2b3CConv = new Conv2D({ filters: 256, kernelSize: 1, useBias: false, name: 's2b3C_conv' }).apply(
  s2b3B,
);
const s2b3C = new BatchNormalization({ name: 's2b3C_bn' }).apply(s2b3CConv);
const s2b3Sum = new Add({ name: 's2b3_add' }).apply([s2b3C, s2b2]);
const s2b3 = new ReLU({ name: 's2b3_out' }).apply(s2b3Sum);
const s3b1ShortConv = new Conv2D({
  filters: 512,
  kernelSize: 1,
  strides: 2,
  useBias: false,
  name: 's3b1Short_conv',
}).apply(s2b3);
const s3b1Short = new BatchNormalization({ name: 's3b1Short_bn' }).apply(s3b1ShortConv);
const s3b1AConv = new Conv2D({ filters: 128, kernelSize: 1, useBias: false, name: 's3b1A_conv' }).apply(s2b3);
const s3b1ANorm = new BatchNormalization({ name: 's3b1A_bn' }).apply(s3b1AConv);
const s3b1A = new ReLU({ name: 's3b1A_relu' }).apply(s3b1ANorm);
const s3b1BConv = new Conv2D({
  filters: 128,
  kernelSize: 3,
  strides: 2,
  padding: 1,
  useBias: false,
  name: 's3b1B_conv',
}).apply(s3b1A);
const s3b1BNorm = new BatchNormalization({ name: 's3b1B_bn' }).apply(s3b1BConv);
const s3b1B = new ReLU({ name: 's3b1B_relu' }).apply(s3b1BNorm);
const s3b1CConv = new Conv2D({ filters: 512, kernelSize: 1, useBias: false, name: 's3b1C_conv' }).apply(
  s3b1B,
);
const s3b1C = new BatchNormalization({ name: 's3b1C_bn' }).apply(s3b1CConv);
const s3b1Sum = new Add({ name: 's3b1_add' }).apply([s3b1C, s3b1Short]);
const s3b1 = new ReLU({ name: 's3b1_out' }).apply(s3b1Sum);
const s3b2AConv = new Conv2D({ filters: 128, kernelSize: 1, useBias: false, name: 's3b2A_conv' }).apply(s3b1);
const s3b2ANorm = new BatchNormalization({ name: 's3b2A_bn' }).apply(s3b2AConv);
const s3b2A = new ReLU({ name: 's3b2A_relu' }).apply(s3b2ANorm);
const s3b2BConv = new Conv2D({
  filters: 128,
  kernelSize: 3,
  padding: 1,
  useBias: false,
  name: 's3b2B_conv',
}).apply(s3b2A);
const s3b2BNorm = new BatchNormalization({ name: 's3b2B_bn' }).apply(s3b2BConv);
const s3b2B = new ReLU({ name: 's3b2B_relu' }).apply(s3b2BNorm);
const s3b2CConv = new Conv2D({ filters: 512, kernelSize: 1, useBias: false, name: 's3b2C_conv' }).apply(
  s3b2B,
);
const s3b2C = new BatchNormalization({ name: 's3b2C_bn' }).apply(s3b2CConv);
const s3b2Sum = new Add({ name: 's3b2_add' }).apply([s3b2C, s3b1]);
const s3b2 = new ReLU({ name: 's3b2_out' }).apply(s3b2Sum);
const s3b3AConv = new Conv2D({ filters: 128, kernelSize: 1, useBias: false, name: 's3b3A_conv' }).apply(s3b2);
const s3b3ANorm = new BatchNormalization({ name: 's3b3A_bn' }).apply(s3b3AConv);
const s3b3A = new ReLU({ name: 's3b3A_relu' }).apply(s3b3ANorm);
const s3b3BConv = new Conv2D({
  filters: 128,
  kernelSize: 3,
  padding: 1,
  useBias: false,
  name: 's3b3B_conv',
}).apply(s3b3A);
const s3b3BNorm = new BatchNormalization({ name: 's3b3B_bn' }).apply(s3b3BConv);
const s3b3B = new ReLU({ name: 's3b3B_relu' }).apply(s3b3BNorm);
const s3b3CConv = new Conv2D({ filters: 512, kernelSize: 1, useBias: false, name: 's3b3C_conv' }).apply(
  s3b3B,
);
const s3b3C = new BatchNormalization({ name: 's3b3C_bn' }).apply(s3b3CConv);
const s3b3Sum = new Add({ name: 's3b3_add' }).apply([s3b3C, s3b2]);
const s3b3 = new ReLU({ name: 's3b3_out' }).apply(s3b3Sum);
const s3b4AConv = new Conv2D({ filters: 128, kernelSize: 1, useBias: false, name: 's3b4A_conv' }).apply(s3b3);
const s3b4ANorm = new BatchNormalization({ name: 's3b4A_bn' }).apply(s3b4AConv);
const s3b4A = new ReLU({ name: 's3b4A_relu' }).apply(s3b4ANorm);
const s3b4BConv = new Conv2D({
  filters: 128,
  kernelSize: 3,
  padding: 1,
  useBias: false,
  name: 's3b4B_conv',
}).apply(s3b4A);
const s3b4BNorm = new BatchNormalization({ name: 's3b4B_bn' }).apply(s3b4BConv);
const s3b4B = new ReLU({ name: 's3b4B_relu' }).apply(s3b4BNorm);
const s3b4CConv = new Conv2D({ filters: 512, kernelSize: 1, useBias: false, name: 's3b4C_conv' }).apply(
  s3b4B,
);
const s3b4C = new BatchNormalization({ name: 's3b4C_bn' }).apply(s3b4CConv);
const s3b4Sum = new Add({ name: 's3b4_add' }).apply([s3b4C, s3b3]);
const s3b4 = new ReLU({ name: 's3b4_out' }).apply(s3b4Sum);
const s4b1ShortConv = new Conv2D({
  filters: 1024,
  kernelSize: 1,
  strides: 2,
  useBias: false,
  name: 's4b1Short_conv',
}).apply(s3b4);
const s4b1Short = new BatchNormalization({ name: 's4b1Short_bn' }).apply(s4b1ShortConv);
const s4b1AConv = new Conv2D({ filters: 256, kernelSize: 1, useBias: false, name: 's4b1A_conv' }).apply(s3b4);
const s4b1ANorm = new BatchNormalization({ name: 's4b1A_bn' }).apply(s4b1AConv);
const s4b1A = new ReLU({ name: 's4b1A_relu' }).apply(s4b1ANorm);
const s4b1BConv = new Conv2D({
  filters: 256,
  kernelSize: 3,
  strides: 2,
  padding: 1,
  useBias: false,
  name: 's4b1B_conv',
}).apply(s4b1A);
const s4b1BNorm = new BatchNormalization({ name: 's4b1B_bn' }).apply(s4b1BConv);
const s4b1B = new ReLU({ name: 's4b1B_relu' }).apply(s4b1BNorm);
const s4b1CConv = new Conv2D({ filters: 1024, kernelSize: 1, useBias: false, name: 's4b1C_conv' }).apply(
  s4b1B,
);
const s4b1C = new BatchNormalization({ name: 's4b1C_bn' }).apply(s4b1CConv);
const s4b1Sum = new Add({ name: 's4b1_add' }).apply([s4b1C, s4b1Short]);
const s4b1 = new ReLU({ name: 's4b1_out' }).apply(s4b1Sum);
const s4b2AConv = new Conv2D({ filters: 256, kernelSize: 1, useBias: false, name: 's4b2A_conv' }).apply(s4b1);
const s4b2ANorm = new BatchNormalization({ name: 's4b2A_bn' }).apply(s4b2AConv);
const s4b2A = new ReLU({ name: 's4b2A_relu' }).apply(s4b2ANorm);
const s4b2BConv = new Conv2D({
  filters: 256,
  kernelSize: 3,
  padding: 1,
  useBias: false,
  name: 's4b2B_conv',
}).apply(s4b2A);
const s4b2BNorm = new BatchNormalization({ name: 's4b2B_bn' }).apply(s4b2BConv);
const s4b2B = new ReLU({ name: 's4b2B_relu' }).apply(s4b2BNorm);
const s4b2CConv = new Conv2D({ filters: 1024, kernelSize: 1, useBias: false, name: 's4b2C_conv' }).apply(
  s4b2B,
);
const s4b2C = new BatchNormalization({ name: 's4b2C_bn' }).apply(s4b2CConv);
const s4b2Sum = new Add({ name: 's4b2_add' }).apply([s4b2C, s4b1]);
const s4b2 = new ReLU({ name: 's4b2_out' }).apply(s4b2Sum);
const s4b3AConv = new Conv2D({ filters: 256, kernelSize: 1, useBias: false, name: 's4b3A_conv' }).apply(s4b2);
const s4b3ANorm = new BatchNormalization({ name: 's4b3A_bn' }).apply(s4b3AConv);
const s4b3A = new ReLU({ name: 's4b3A_relu' }).apply(s4b3ANorm);
const s4b3BConv = new Conv2D({
  filters: 256,
  kernelSize: 3,
  padding: 1,
  useBias: false,
  name: 's4b3B_conv',
}).apply(s4b3A);
const s4b3BNorm = new BatchNormalization({ name: 's4b3B_bn' }).apply(s4b3BConv);
const s4b3B = new ReLU({ name: 's4b3B_relu' }).apply(s4b3BNorm);
const s4b3CConv = new Conv2D({ filters: 1024, kernelSize: 1, useBias: false, name: 's4b3C_conv' }).apply(
  s4b3B,
);
const s4b3C = new BatchNormalization({ name: 's4b3C_bn' }).apply(s4b3CConv);
const s4b3Sum = new Add({ name: 's4b3_add' }).apply([s4b3C, s4b2]);
const s4b3 = new ReLU({ name: 's4b3_out' }).apply(s4b3Sum);
const s4b4AConv = new Conv2D({ filters: 256, kernelSize: 1, useBias: false, name: 's4b4A_conv' }).apply(s4b3);
const s4b4ANorm = new BatchNormalization({ name: 's4b4A_bn' }).apply(s4b4AConv);
const s4b4A = new ReLU({ name: 's4b4A_relu' }).apply(s4b4ANorm);
const s4b4BConv = new Conv2D({
  filters: 256,
  kernelSize: 3,
  padding: 1,
  useBias: false,
  name: 's4b4B_conv',
}).apply(s4b4A);
const s4b4BNorm = new BatchNormalization({ name: 's4b4B_bn' }).apply(s4b4BConv);
const s4b4B = new ReLU({ name: 's4b4B_relu' }).apply(s4b4BNorm);
const s4b4CConv = new Conv2D({ filters: 1024, kernelSize: 1, useBias: false, name: 's4b4C_conv' }).apply(
  s4b4B,
);
const s4b4C = new BatchNormalization({ name: 's4b4C_bn' }).apply(s4b4CConv);
const s4b4Sum = new Add({ name: 's4b4_add' }).apply([s4b4C, s4b3]);
const s4b4 = new ReLU({ name: 's4b4_out' }).apply(s4b4Sum);
const s4b5AConv = new Conv2D({ filters: 256, kernelSize: 1, useBias: false, name: 's4b5A_conv' }).apply(s4b4);
const s4b5ANorm = new BatchNormalization({ name: 's4b5A_bn' }).apply(s4b5AConv);
const s4b5A = new ReLU({ name: 's4b5A_relu' }).apply(s4b5ANorm);
const s4b5BConv = new Conv2D({
  filters: 256,
  kernelSize: 3,
  padding: 1,
  useBias: false,
  name: 's4b5B_conv',
}).apply(s4b5A);
const s4b5BNorm = new BatchNormalization({ name: 's4b5B_bn' }).apply(s4b5BConv);
const s4b5B = new ReLU({ name: 's4b5B_relu' }).apply(s4b5BNorm);
const s4b5CConv = new Conv2D({ filters: 1024, kernelSize: 1, useBias: false, name: 's4b5C_conv' }).apply(
  s4b5B,
);
const s4b5C = new BatchNormalization({ name: 's4b5C_bn' }).apply(s4b5CConv);
const s4b5Sum = new Add({ name: 's4b5_add' }).apply([s4b5C, s4b4]);
const s4b5 = new ReLU({ name: 's4b5_out' }).apply(s4b5Sum);
const s4b6AConv = new Conv2D({ filters: 256, kernelSize: 1, useBias: false, name: 's4b6A_conv' }).apply(s4b5);
const s4b6ANorm = new BatchNormalization({ name: 's4b6A_bn' }).apply(s4b6AConv);
const s4b6A = new ReLU({ name: 's4b6A_relu' }).apply(s4b6ANorm);
const s4b6BConv = new Conv2D({
  filters: 256,
  kernelSize: 3,
  padding: 1,
  useBias: false,
  name: 's4b6B_conv',
}).apply(s4b6A);
const s4b6BNorm = new BatchNormalization({ name: 's4b6B_bn' }).apply(s4b6BConv);
const s4b6B = new ReLU({ name: 's4b6B_relu' }).apply(s4b6BNorm);
const s4b6CConv = new Conv2D({ filters: 1024, kernelSize: 1, useBias: false, name: 's4b6C_conv' }).apply(
  s4b6B,
);
const s4b6C = new BatchNormalization({ name: 's4b6C_bn' }).apply(s4b6CConv);
const s4b6Sum = new Add({ name: 's4b6_add' }).apply([s4b6C, s4b5]);
const s4b6 = new ReLU({ name: 's4b6_out' }).apply(s4b6Sum);
const s5b1ShortConv = new Conv2D({
  filters: 2048,
  kernelSize: 1,
  strides: 2,
  useBias: false,
  name: 's5b1Short_conv',
}).apply(s4b6);
const s5b1Short = new BatchNormalization({ name: 's5b1Short_bn' }).apply(s5b1ShortConv);
const s5b1AConv = new Conv2D({ filters: 512, kernelSize: 1, useBias: false, name: 's5b1A_conv' }).apply(s4b6);
const s5b1ANorm = new BatchNormalization({ name: 's5b1A_bn' }).apply(s5b1AConv);
const s5b1A = new ReLU({ name: 's5b1A_relu' }).apply(s5b1ANorm);
const s5b1BConv = new Conv2D({
  filters: 512,
  kernelSize: 3,
  strides: 2,
  padding: 1,
  useBias: false,
  name: 's5b1B_conv',
}).apply(s5b1A);
const s5b1BNorm = new BatchNormalization({ name: 's5b1B_bn' }).apply(s5b1BConv);
const s5b1B = new ReLU({ name: 's5b1B_relu' }).apply(s5b1BNorm);
const s5b1CConv = new Conv2D({ filters: 2048, kernelSize: 1, useBias: false, name: 's5b1C_conv' }).apply(
  s5b1B,
);
const s5b1C = new BatchNormalization({ name: 's5b1C_bn' }).apply(s5b1CConv);
const s5b1Sum = new Add({ name: 's5b1_add' }).apply([s5b1C, s5b1Short]);
const s5b1 = new ReLU({ name: 's5b1_out' }).apply(s5b1Sum);
const s5b2AConv = new Conv2D({ filters: 512, kernelSize: 1, useBias: false, name: 's5b2A_conv' }).apply(s5b1);
const s5b2ANorm = new BatchNormalization({ name: 's5b2A_bn' }).apply(s5b2AConv);
const s5b2A = new ReLU({ name: 's5b2A_relu' }).apply(s5b2ANorm);
const s5b2BConv = new Conv2D({
  filters: 512,
  kernelSize: 3,
  padding: 1,
  useBias: false,
  name: 's5b2B_conv',
}).apply(s5b2A);
const s5b2BNorm = new BatchNormalization({ name: 's5b2B_bn' }).apply(s5b2BConv);
const s5b2B = new ReLU({ name: 's5b2B_relu' }).apply(s5b2BNorm);
const s5b2CConv = new Conv2D({ filters: 2048, kernelSize: 1, useBias: false, name: 's5b2C_conv' }).apply(
  s5b2B,
);
const s5b2C = new BatchNormalization({ name: 's5b2C_bn' }).apply(s5b2CConv);
const s5b2Sum = new Add({ name: 's5b2_add' }).apply([s5b2C, s5b1]);
const s5b2 = new ReLU({ name: 's5b2_out' }).apply(s5b2Sum);
const s5b3AConv = new Conv2D({ filters: 512, kernelSize: 1, useBias: false, name: 's5b3A_conv' }).apply(s5b2);
const s5b3ANorm = new BatchNormalization({ name: 's5b3A_bn' }).apply(s5b3AConv);
const s5b3A = new ReLU({ name: 's5b3A_relu' }).apply(s5b3ANorm);
const s5b3BConv = new Conv2D({
  filters: 512,
  kernelSize: 3,
  padding: 1,
  useBias: false,
  name: 's5b3B_conv',
}).apply(s5b3A);
const s5b3BNorm = new BatchNormalization({ name: 's5b3B_bn' }).apply(s5b3BConv);
const s5b3B = new ReLU({ name: 's5b3B_relu' }).apply(s5b3BNorm);
const s5b3CConv = new Conv2D({ filters: 2048, kernelSize: 1, useBias: false, name: 's5b3C_conv' }).apply(
  s5b3B,
);
const s5b3C = new BatchNormalization({ name: 's5b3C_bn' }).apply(s5b3CConv);
const s5b3Sum = new Add({ name: 's5b3_add' }).apply([s5b3C, s5b2]);
const s5b3 = new ReLU({ name: 's5b3_out' }).apply(s5b3Sum);
const features = new GlobalAveragePooling2D().apply(s5b3);
const classes = new Dense({ units: 1000, activation: 'softmax', name: 'classes' }).apply(features);
export const resnet50 = new Model({ inputs: image, outputs: classes });

export type Checks = [
  Expect<Equal<typeof stem.shape, readonly [null, 112, 112, 64]>>,
  Expect<Equal<typeof pool.shape, readonly [null, 56, 56, 64]>>,
  Expect<Equal<typeof s2b1.shape, readonly [null, 56, 56, 256]>>,
  Expect<Equal<typeof s2b2.shape, readonly [null, 56, 56, 256]>>,
  Expect<Equal<typeof s2b3.shape, readonly [null, 56, 56, 256]>>,
  Expect<Equal<typeof s3b1.shape, readonly [null, 28, 28, 512]>>,
  Expect<Equal<typeof s3b2.shape, readonly [null, 28, 28, 512]>>,
  Expect<Equal<typeof s3b3.shape, readonly [null, 28, 28, 512]>>,
  Expect<Equal<typeof s3b4.shape, readonly [null, 28, 28, 512]>>,
  Expect<Equal<typeof s4b1.shape, readonly [null, 14, 14, 1024]>>,
  Expect<Equal<typeof s4b2.shape, readonly [null, 14, 14, 1024]>>,
  Expect<Equal<typeof s4b3.shape, readonly [null, 14, 14, 1024]>>,
  Expect<Equal<typeof s4b4.shape, readonly [null, 14, 14, 1024]>>,
  Expect<Equal<typeof s4b5.shape, readonly [null, 14, 14, 1024]>>,
  Expect<Equal<typeof s4b6.shape, readonly [null, 14, 14, 1024]>>,
  Expect<Equal<typeof s5b1.shape, readonly [null, 7, 7, 2048]>>,
  Expect<Equal<typeof s5b2.shape, readonly [null, 7, 7, 2048]>>,
  Expect<Equal<typeof s5b3.shape, readonly [null, 7, 7, 2048]>>,
  Expect<Equal<typeof features.shape, readonly [null, 2048]>>,
  Expect<Equal<typeof classes.shape, readonly [null, 1000]>>,
  Expect<Equal<typeof resnet50.outputShape, [null, 1000]>>,
];
export const predicted = () => resnet50.predictSync(zeros([4, 224, 224, 3]));
export type Predicted = Expect<Equal<ReturnType<typeof predicted>['shape'], readonly [4, 1000]>>;
