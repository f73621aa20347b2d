import {
  Conv2D,
  Dense,
  Flatten,
  loadSafetensors,
  MaxPooling2D,
  reshape,
  Sequential,
  transpose,
} from 'layerwise';

/** Side of the square, grey images that the net takes. */
export const SIDE = 32;

/** LeNet-5: [null, 32, 32, 1] bytes / 255 in, ten probabilities out. */
export function lenet5() {
  return new Sequential([
    new Conv2D({ name: 'conv1', filters: 6, kernelSize: 5, activation: 'relu', inputShape: [SIDE, SIDE, 1] }),
    new MaxPooling2D({ poolSize: 2 }),
    new Conv2D({ name: 'conv2', filters: 16, kernelSize: 5, activation: 'relu' }),
    new MaxPooling2D({ poolSize: 2 }),
    new Flatten({}),
    new Dense({ name: 'fc1', units: 120, activation: 'relu' }),
    new Dense({ name: 'fc2', units: 84, activation: 'relu' }),
    new Dense({ name: 'fc3', units: 10, activation: 'softmax' }),
  ]);
}

/**
 * Loads weights that PyTorch saved. Its layouts differ: kernels are [out, in, kH, kW], linear layers [out, in], and the map that
 * `fc1` reads was flattened as channels, rows, columns, where ours is flattened as rows, columns, channels.
 */
export async function loadTorchWeights(model, file) {
  const tensors = await loadSafetensors(file);
  const get = (name) => {
    const tensor = tensors[name];
    if (!tensor) throw new Error(`${file} has no tensor "${name}"`);
    return tensor;
  };
  for (const layer of ['conv1', 'conv2']) {
    model.getLayer(layer).setWeights([transpose(get(`${layer}.weight`), [2, 3, 1, 0]), get(`${layer}.bias`)]);
  }
  const fc1 = transpose(reshape(get('fc1.weight'), [120, 16, 5, 5]), [2, 3, 1, 0]);
  model.getLayer('fc1').setWeights([reshape(fc1, [400, 120]), get('fc1.bias')]);
  for (const layer of ['fc2', 'fc3']) {
    model.getLayer(layer).setWeights([transpose(get(`${layer}.weight`)), get(`${layer}.bias`)]);
  }
  return model;
}
