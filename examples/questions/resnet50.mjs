import {
  Activation,
  Add,
  BatchNormalization,
  Conv2D,
  Dense,
  GlobalAveragePooling2D,
  Input,
  MaxPooling2D,
  Model,
} from 'layerwise';

/** A convolution without bias, its batch norm, and a ReLU unless told otherwise. */
function unit(x, filters, kernelSize, strides = 1, relu = true) {
  const padding = (kernelSize - 1) / 2;
  const y = new BatchNormalization({ epsilon: 1e-5 }).apply(
    new Conv2D({ filters, kernelSize, strides, padding, useBias: false }).apply(x),
  );
  return relu ? new Activation({ activation: 'relu' }).apply(y) : y;
}

/** 1x1 down, 3x3 (with the stride), 1x1 up by four, and the input added to it. */
function bottleneck(x, width, strides, project) {
  const shortcut = project ? unit(x, 4 * width, 1, strides, false) : x;
  const y = unit(unit(unit(x, width, 1), width, 3, strides), 4 * width, 1, 1, false);
  return new Activation({ activation: 'relu' }).apply(new Add({}).apply([y, shortcut]));
}

/** ResNet50 as torchvision has it: 224x224x3 in, 1000 probabilities out. */
export function resnet50() {
  const input = Input({ shape: [224, 224, 3] });
  let x = new MaxPooling2D({ poolSize: 3, strides: 2, padding: 1 }).apply(unit(input, 64, 7, 2));
  for (const [width, blocks, strides] of [
    [64, 3, 1],
    [128, 4, 2],
    [256, 6, 2],
    [512, 3, 2],
  ]) {
    for (let i = 0; i < blocks; i++) x = bottleneck(x, width, i === 0 ? strides : 1, i === 0);
  }
  const output = new Dense({ units: 1000, activation: 'softmax' }).apply(
    new GlobalAveragePooling2D({}).apply(x),
  );
  return new Model({ inputs: input, outputs: output, name: 'resnet50' });
}
