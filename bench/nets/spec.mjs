/**
 * The nets of the benchmark as plain lists, read by every contender's builder. A node names its input (default: the node before),
 * and has a name of its own only where another refers to it. Sizes are channels-first where order matters; kernels are square.
 *
 * conv: out, k, stride, pad, groups, bn (folded by whoever can), act, add (name of a residual added before act)
 * pool: max or avg, k, stride, pad; gap: global average to a vector; flatten: C, H, W order is irrelevant (random weights)
 * dense: units, act
 */
const conv = (out, k, options = {}) => ({ op: 'conv', out, k, stride: 1, pad: 0, groups: 1, ...options });
const maxPool = (k, stride, pad = 0) => ({ op: 'maxPool', k, stride, pad });
const dense = (units, act) => ({ op: 'dense', units, act });

function lenet() {
  return {
    input: [3, 32, 32],
    nodes: [
      conv(6, 5, { act: 'relu' }),
      maxPool(2, 2),
      conv(16, 5, { act: 'relu' }),
      maxPool(2, 2),
      { op: 'flatten' },
      dense(120, 'relu'),
      dense(84, 'relu'),
      dense(10, 'softmax'),
    ],
  };
}

function alexnet() {
  return {
    input: [3, 227, 227],
    nodes: [
      conv(96, 11, { stride: 4, act: 'relu' }),
      maxPool(3, 2),
      conv(256, 5, { pad: 2, groups: 2, act: 'relu' }),
      maxPool(3, 2),
      conv(384, 3, { pad: 1, act: 'relu' }),
      conv(384, 3, { pad: 1, groups: 2, act: 'relu' }),
      conv(256, 3, { pad: 1, groups: 2, act: 'relu' }),
      maxPool(3, 2),
      { op: 'flatten' },
      dense(4096, 'relu'),
      dense(4096, 'relu'),
      dense(1000, 'softmax'),
    ],
  };
}

function vgg16() {
  const nodes = [];
  for (const [filters, count] of [
    [64, 2],
    [128, 2],
    [256, 3],
    [512, 3],
    [512, 3],
  ]) {
    for (let i = 0; i < count; i++) nodes.push(conv(filters, 3, { pad: 1, act: 'relu' }));
    nodes.push(maxPool(2, 2));
  }
  nodes.push({ op: 'flatten' }, dense(4096, 'relu'), dense(4096, 'relu'), dense(1000, 'softmax'));
  return { input: [3, 224, 224], nodes };
}

/** Stride in the 3x3 convolution of a block, as torchvision has it. */
function resnet50() {
  const nodes = [
    conv(64, 7, { stride: 2, pad: 3, bn: true, act: 'relu' }),
    { ...maxPool(3, 2, 1), name: 'stem' },
  ];
  let input = 'stem';
  let block = 0;
  for (const [width, count, first] of [
    [64, 3, 1],
    [128, 4, 2],
    [256, 6, 2],
    [512, 3, 2],
  ]) {
    for (let i = 0; i < count; i++) {
      const stride = i === 0 ? first : 1;
      let shortcut = input;
      if (i === 0) {
        shortcut = `short${block}`;
        nodes.push(conv(width * 4, 1, { stride, bn: true, input, name: shortcut }));
      }
      nodes.push(conv(width, 1, { bn: true, act: 'relu', input }));
      nodes.push(conv(width, 3, { stride, pad: 1, bn: true, act: 'relu' }));
      input = `block${block++}`;
      nodes.push(conv(width * 4, 1, { bn: true, add: shortcut, act: 'relu', name: input }));
    }
  }
  nodes.push({ op: 'gap' }, dense(1000, 'softmax'));
  return { input: [3, 224, 224], nodes };
}

function mobilenetV2() {
  const nodes = [conv(32, 3, { stride: 2, pad: 1, bn: true, act: 'relu6', name: 'stem' })];
  let input = 'stem';
  let channels = 32;
  let block = 0;
  const rows = [
    [1, 16, 1, 1],
    [6, 24, 2, 2],
    [6, 32, 3, 2],
    [6, 64, 4, 2],
    [6, 96, 3, 1],
    [6, 160, 3, 2],
    [6, 320, 1, 1],
  ];
  for (const [expand, out, count, first] of rows) {
    for (let i = 0; i < count; i++) {
      const stride = i === 0 ? first : 1;
      const wide = channels * expand;
      if (expand !== 1) nodes.push(conv(wide, 1, { bn: true, act: 'relu6' }));
      nodes.push(conv(wide, 3, { stride, pad: 1, groups: wide, bn: true, act: 'relu6' }));
      const name = `block${block++}`;
      const residual = stride === 1 && channels === out ? { add: input } : {};
      nodes.push(conv(out, 1, { bn: true, name, ...residual }));
      input = name;
      channels = out;
    }
  }
  nodes.push(conv(1280, 1, { bn: true, act: 'relu6' }), { op: 'gap' }, dense(1000, 'softmax'));
  return { input: [3, 224, 224], nodes };
}

export const NETS = { lenet, alexnet, vgg16, resnet50, mobilenetv2: mobilenetV2 };

/** Batches that the benchmark runs. */
export const BATCHES = {
  lenet: [1, 64, 512],
  alexnet: [1, 16],
  vgg16: [1, 8],
  resnet50: [1, 8, 32],
  mobilenetv2: [1, 8, 32],
};
