import { isModelFile, loadModel } from './model-file.mjs';
import { readArgs, UsageError, usageError } from './usage.mjs';

const USAGE = `Usage: layerwise explain SPEC
       layerwise explain FILE [--detail]

Where the shape and the numbers of an op come from: the formula with its numbers, the meaning of every axis, parameters,
multiply-adds, and what one number of the output sees of the input. Of a model in a file, layer by layer.

SPEC is an op, the shape of a sample (or a whole shape in brackets), what the op needs, and options:

  "conv2d 227x227x3 96 11x11 stride 4"             96 filters of 11x11
  "conv1d 10x32 64 3 same"                         also conv3d, depthwiseConv2d, separableConv2d, conv2dTranspose
  "conv2d [16, 3, 256, 256] 32 5 padding 2 channelsFirst"
  "maxPool2d 28x28x6 2x2"                          also avgPool, globalAvgPool2d, adaptiveAvgPool2d
  "dense 84 10", "flatten 7x7x512", "reshape 5x784 -1x28x28x1"
  "matmul 8x2x3 3x5", "concat 8x8x16 8x8x32", "mul 50x1 50x49"

  options: stride, padding, dilation, groups, multiplier, outputPadding, axis, at [row, column];
           same, valid, causal, channelsFirst, nobias, ceilMode

FILE is a model: a .json that JSON.stringify(serializeLayer(model)) made, or a module that exports one, or a function that makes one, as its default or its only export.

  --detail   of a model: a paragraph for each layer instead of a row`;

/** A shape may begin with -1, which is no option. */
function withNegatives(args) {
  const first = args.findIndex((arg) => /^-\d/.test(arg));
  return first < 0 ? args : [...args.slice(0, first), '--', ...args.slice(first)];
}

export async function run(args) {
  const parsed = readArgs(USAGE, withNegatives(args), { detail: { type: 'boolean' } }, [
    1,
    Number.POSITIVE_INFINITY,
  ]);
  if (!parsed) return;
  const { positionals, values } = parsed;
  const [first] = positionals;
  if (positionals.length === 1 && isModelFile(first)) {
    const model = await loadModel('explain', first);
    console.log(model.explain({ detail: values.detail ?? false }).toString());
    return;
  }
  if (values.detail) throw usageError(USAGE, '--detail is for a model in a file');
  // No native code: the rules of shapes are pure.
  const { explain } = await import('../../dist/shape/explain/explain.js');
  console.log(explained(explain, positionals.join(' ')).toString());
}

/** A text that is not understood is wrong usage; sizes that do not fit are an error with its explanation. */
function explained(explain, spec) {
  try {
    return explain(spec);
  } catch (error) {
    if (error.code === 'ERR_ARGUMENT')
      throw new UsageError(`${error.message}\n\nlayerwise explain --help tells more.`);
    throw error;
  }
}
