import * as lw from '../../../../lib/index.js';
import { byRank, dimsOf, type Node, need, type Op, windowOptions } from './node.js';

const CONV = [lw.conv1d, lw.conv2d, lw.conv3d] as const;
const TRANSPOSED = [lw.conv1dTranspose, lw.conv2dTranspose, lw.conv3dTranspose] as const;

/** [O, I / g, ...k] to [...k, I / g, O], and [I, O / g, ...k] of a transposed convolution to [...k, O / g, I]. */
const kernelLast = (w: lw.Tensor) =>
  lw.transpose(w, [...Array.from({ length: w.rank - 2 }, (_, i) => i + 2), 1, 0]);

const common = (node: Node) => ({
  ...windowOptions(node),
  groups: (node.attributes.group ?? 1) as number,
  ...(node.inputs[2] ? { bias: node.inputs[2] } : {}),
});

function conv(node: Node): lw.Tensor {
  const [x, w] = [need(node, 0), need(node, 1)];
  return byRank(node, x.rank, CONV)(x, kernelLast(w), common(node));
}

/** What an asked-for output size crops, split as the spec does it; a larger size than the full output adds at the end. */
function croppedTo(size: readonly number[], x: lw.Tensor, w: lw.Tensor, node: Node): [number, number][] {
  const { strides = [], dilations = [], output_padding: extra = [], auto_pad: auto } = node.attributes;
  return size.map((out, i): [number, number] => {
    const span = ((dimsOf(w)[i + 2] as number) - 1) * (dilations[i] ?? 1) + 1;
    const full = (strides[i] ?? 1) * ((dimsOf(x)[i + 2] as number) - 1) + (extra[i] ?? 0) + span;
    const total = Math.max(full - out, 0);
    const less = Math.floor(total / 2);
    return auto === 'SAME_UPPER' ? [less, total - less] : [total - less, less];
  });
}

function convTranspose(node: Node): lw.Tensor {
  const [x, w] = [need(node, 0), need(node, 1)];
  const { output_shape: size, output_padding: extra } = node.attributes;
  const options = common(node);
  const transposed = byRank(node, x.rank, TRANSPOSED);
  if (size)
    return transposed(x, kernelLast(w), {
      ...options,
      padding: croppedTo(size, x, w, node),
      outputSize: size,
    });
  // Without padding of its own the output is the full one: no words of padding, which have Keras's sizes.
  const padding = options.padding === 'valid' ? 0 : options.padding;
  return transposed(x, kernelLast(w), { ...options, padding, outputPadding: extra ?? 0 });
}

export const CONVOLUTIONS: Readonly<Record<string, Op>> = { Conv: conv, ConvTranspose: convTranspose };
