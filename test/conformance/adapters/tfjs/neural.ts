import * as lw from '../../../../lib/index.js';
import { type Args, batched, dimsOf, formatOf, type Op } from './args.js';

type Conv = typeof lw.conv2d;
type Pairs = (readonly [number, number])[];

const CONV = [lw.conv1d, lw.conv2d, lw.conv3d] as const;
const TRANSPOSED = [lw.conv1dTranspose, lw.conv2dTranspose, lw.conv3dTranspose] as const;
const MAX = [lw.maxPool1d, lw.maxPool2d, lw.maxPool3d] as const;
const AVERAGE = [lw.avgPool1d, lw.avgPool2d, lw.avgPool3d] as const;

/** `pad`: a word, a number, or pairs for all axes of the layout; `layers.*` say `padding`. */
function paddingOf(args: Args): lw.Padding {
  const padding = args.pad ?? args.padding ?? 'valid';
  if (args.dimRoundingMode !== undefined && typeof padding === 'string') {
    throw new lw.LayerwiseError('ERR_ARGUMENT', `pad: "${padding}" leaves nothing to round`);
  }
  if (!Array.isArray(padding)) return padding;
  return formatOf(args) === 'channelsFirst' ? padding.slice(2) : padding.slice(1, -1);
}

const atMostOne = (value: number | readonly number[] | undefined) => [value ?? 1].flat().every((n) => n <= 1);

/** tfjs has strides or dilations, not both. */
function geometry(args: Args) {
  const strides = args.strides ?? args.stride ?? 1;
  const dilationRate = args.dilations ?? args.dilation ?? args.dilationRate ?? 1;
  if (!atMostOne(strides) && !atMostOne(dilationRate)) {
    throw new lw.LayerwiseError('ERR_ARGUMENT', 'strides and dilations exclude each other');
  }
  return { strides, padding: paddingOf(args), dilationRate, dataFormat: formatOf(args) };
}

/** One value, one per channel, or an array that broadcasts as it is. */
function perChannel(
  value: lw.Tensor,
  { dataFormat }: { dataFormat: lw.DataFormat },
  rank: number,
): lw.Tensor {
  if (value.rank !== 1 || dataFormat === 'channelsLast') return value;
  return lw.reshape(value, [-1, ...new Array<number>(rank - 2).fill(1)]);
}

/** The activations that tfjs fuses. */
function activate(y: lw.Tensor, args: Args): lw.Tensor {
  const { activation = 'linear', leakyreluAlpha = 0.2, preluActivationWeights: slopes } = args;
  if (activation === 'prelu') return lw.prelu(y, perChannel(slopes, { dataFormat: formatOf(args) }, y.rank));
  if (activation === 'leakyrelu') return lw.leakyRelu(y, leakyreluAlpha);
  return lw.applyActivation(y, activation);
}

const biased = (y: lw.Tensor, args: Args) => {
  const sum = args.bias ? lw.add(y, perChannel(args.bias, { dataFormat: formatOf(args) }, y.rank)) : y;
  return activate(sum, args);
};

const conv =
  (spatial: number): Op =>
  (args) =>
    batched(args.x, spatial + 2, (x) =>
      biased((CONV[spatial - 1] as Conv)(x, args.filter ?? args.kernel, geometry(args)), args),
    );

/** tfjs's function for the layer moves the channels to the last axis and leaves them there. */
const layersConv1d: Op = (args) => {
  const x = formatOf(args) === 'channelsFirst' ? lw.moveaxis(args.x, 1, 2) : args.x;
  return conv(1)({ ...args, x, dataFormat: 'channelsLast' });
};

const convTranspose =
  (spatial: number): Op =>
  (args) =>
    batched(args.x, spatial + 2, (x) => {
      const f = TRANSPOSED[spatial - 1] as typeof lw.conv2dTranspose;
      const outputSize = args.outputShape.slice(-1 - spatial, -1);
      const { dilationRate: _one, ...options } = geometry(args);
      return f(x, args.filter, { ...options, outputSize });
    });

const depthwise: Op = (args) =>
  batched(args.x, 4, (x) =>
    biased(lw.depthwiseConv2d(x, args.filter ?? args.depthwiseKernel, geometry(args)), args),
  );

const separable: Op = (args) => {
  const { x, depthwiseFilter, pointwiseFilter } = args;
  return batched(x, 4, (image) =>
    lw.separableConv2d(image, { depthwise: depthwiseFilter, pointwise: pointwiseFilter }, geometry(args)),
  );
};

const ROUND: Readonly<Record<string, (n: number) => number>> = {
  floor: Math.floor,
  round: Math.round,
  ceil: Math.ceil,
};

/** `dimRoundingMode` says how many windows there are: the padding behind each axis is as long as they need. */
function roundedPadding(
  x: lw.Tensor,
  window: readonly number[],
  args: Args,
  options: ReturnType<typeof geometry>,
): lw.Padding {
  const { padding, strides, dataFormat } = options;
  const round = ROUND[args.dimRoundingMode];
  if (round === undefined || typeof padding === 'string') return padding;
  const from = dataFormat === 'channelsFirst' ? 2 : 1;
  return window
    .map((size, axis) => {
      const [begin, end] =
        typeof padding === 'number'
          ? [padding, padding]
          : ((padding as Pairs)[axis] as readonly [number, number]);
      const stride = [strides].flat()[axis] ?? (strides as number);
      const room = (dimsOf(x)[from + axis] as number) + begin + end - size;
      return [begin, end + round(room / stride) * stride - room] as const;
    })
    .map(([begin, end]) => [begin, Math.max(0, end)] as const);
}

const pool =
  (family: typeof MAX | typeof AVERAGE, spatial: number): Op =>
  (args) =>
    batched(args.x ?? args.input, spatial + 2, (x) => {
      const given = args.filterSize ?? args.windowShape ?? args.poolSize;
      const window = typeof given === 'number' ? new Array<number>(spatial).fill(given) : given;
      const options = geometry(args);
      const f = family[spatial - 1] as typeof lw.maxPool2d;
      return f(x, window, { ...options, padding: roundedPadding(x, window, args, options) });
    });

/** `layers.pool2d` and `layers.pool3d`: the maximum unless told otherwise. */
const layersPool =
  (spatial: number): Op =>
  (args) =>
    pool(args.poolMode === 'avg' ? AVERAGE : MAX, spatial)(args);

/** Statistics per channel, or one for every element. */
function batchNorm(args: Args): lw.Tensor {
  const { x, mean, variance } = args;
  const [gamma, beta] = [args.scale ?? args.gamma, args.offset ?? args.beta];
  const epsilon = args.varianceEpsilon ?? args.epsilon ?? 1e-3;
  if (mean.rank === 1)
    return lw.batchNorm(x, {
      mean,
      variance,
      epsilon,
      ...(gamma ? { gamma } : {}),
      ...(beta ? { beta } : {}),
    });
  const normal = lw.div(lw.sub(x, mean), lw.sqrt(lw.add(variance, epsilon)));
  const scaled = gamma ? lw.mul(normal, gamma) : normal;
  return beta ? lw.add(scaled, beta) : scaled;
}

/** tfjs samples at i / scale, unless corners or half pixels are aligned. */
const coordinatesOf = ({ alignCorners = false, halfPixelCenters = false }: Args): lw.ResizeCoordinates => {
  if (halfPixelCenters) return 'halfPixel';
  return alignCorners ? 'alignCorners' : 'asymmetric';
};

const resize =
  (method: 'nearest' | 'linear'): Op =>
  (args) =>
    batched(args.images, 4, (images) => {
      const coordinates = coordinatesOf(args);
      const rounding = coordinates === 'asymmetric' ? 'floor' : 'roundUp';
      const x = method === 'linear' ? lw.cast(images, 'float32') : images;
      return lw.resize(x, args.size, { method, coordinates, edges: 'clamp', rounding });
    });

export const NEURAL: Readonly<Record<string, Op>> = {
  conv1d: conv(1),
  conv2d: conv(2),
  conv3d: conv(3),
  'fused.conv2d': conv(2),
  'layers.conv1d': layersConv1d,
  'layers.conv1dWithBias': layersConv1d,
  'layers.conv2d': conv(2),
  'layers.conv2dWithBiasActivation': conv(2),
  'layers.conv3d': conv(3),
  'layers.conv3dWithBias': conv(3),
  conv2dTranspose: convTranspose(2),
  conv3dTranspose: convTranspose(3),
  depthwiseConv2d: depthwise,
  'fused.depthwiseConv2d': depthwise,
  'layers.depthwiseConv2d': depthwise,
  separableConv2d: separable,
  maxPool: pool(MAX, 2),
  avgPool: pool(AVERAGE, 2),
  maxPool3d: pool(MAX, 3),
  avgPool3d: pool(AVERAGE, 3),
  maxPoolWithArgmax: (args) => {
    const { output, indices } = lw.maxPool2dWithIndices(args.x, args.filterSize, geometry(args));
    return [output, indices];
  },
  pool: (args) => pool(args.poolingType === 'avg' ? AVERAGE : MAX, 2)(args),
  'layers.pool2d': layersPool(2),
  'layers.pool3d': layersPool(3),
  'layers.temporalPadding': ({ x, padding = [1, 1] }) => lw.pad(x, [[0, 0], padding, [0, 0]]),
  batchNorm2d: batchNorm,
  batchNorm3d: batchNorm,
  batchNorm4d: batchNorm,
  'layers.batchNormalization': batchNorm,
  softmax: ({ logits, dim = -1 }) => lw.softmax(logits, dim),
  logSoftmax: ({ logits, axis = -1 }) => lw.logSoftmax(logits, axis),
  resizeBilinear: resize('linear'),
  resizeNearestNeighbor: resize('nearest'),
  'fused.matMul': (args) => {
    const { a, b, transposeA = false, transposeB = false } = args;
    return biased(lw.matmul(a, b, { transposeA, transposeB }), args);
  },
};
