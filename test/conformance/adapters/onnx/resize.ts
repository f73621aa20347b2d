import * as lw from '../../../../lib/index.js';
import { Unknown } from '../../case.js';
import { axisOf, dimsOf, type Node, need, numbers, type Op } from './node.js';

const COORDINATES: Readonly<Record<string, lw.ResizeCoordinates>> = {
  half_pixel: 'halfPixel',
  asymmetric: 'asymmetric',
  align_corners: 'alignCorners',
};

const ROUNDING: Readonly<Record<string, lw.NearestRounding>> = {
  round_prefer_floor: 'roundDown',
  round_prefer_ceil: 'roundUp',
  floor: 'floor',
  ceil: 'ceil',
};

/** Sizes and scales of the spatial axes: from scales, from sizes, or from sizes that keep the aspect ratio. */
function target(
  x: lw.Tensor,
  node: Node,
  scales: readonly number[] | undefined,
  sizes: readonly number[] | undefined,
) {
  const { axes = dimsOf(x).map((_, i) => i), keep_aspect_ratio_policy: policy = 'stretch' } = node.attributes;
  const named = (axes as number[]).map((axis) => axisOf(axis, x.rank));
  const ratios =
    scales ?? (sizes as number[]).map((size, i) => size / (dimsOf(x)[named[i] as number] as number));
  const common =
    policy === 'stretch' ? undefined : policy === 'not_larger' ? Math.min(...ratios) : Math.max(...ratios);
  const size = [...dimsOf(x)];
  const scale = size.map(() => 1);
  named.forEach((axis, i) => {
    const from = size[axis] as number;
    const ratio = common ?? (ratios[i] as number);
    scale[axis] = ratio;
    size[axis] =
      common === undefined && sizes
        ? (sizes[i] as number)
        : sizes
          ? Math.round(from * ratio)
          : Math.floor(from * ratio);
  });
  if (scale[0] !== 1 || scale[1] !== 1) throw new Unknown(`${node.op} of batch or channels`);
  return { size: size.slice(2), scale: scale.slice(2) };
}

function resize(node: Node): lw.Tensor {
  const {
    mode = 'nearest',
    nearest_mode: nearest = 'round_prefer_floor',
    cubic_coeff_a: a = -0.75,
  } = node.attributes;
  const {
    coordinate_transformation_mode: transformation = 'half_pixel',
    exclude_outside: drop,
    antialias,
  } = node.attributes;
  const coordinates = COORDINATES[transformation];
  if (coordinates === undefined) throw new Unknown(`coordinates ${transformation}`);
  const x = need(node, 0);
  const given = numbers(node, 'scales', 2);
  const { size, scale } = target(x, node, given?.length ? given : undefined, numbers(node, 'sizes', 3));
  return lw.resize(x, size, {
    method: mode,
    coordinates,
    rounding: ROUNDING[nearest] as lw.NearestRounding,
    cubicCoefficient: a,
    edges: drop ? 'drop' : 'clamp',
    antialias: Boolean(antialias),
    scale,
    dataFormat: 'channelsFirst',
  });
}

/** The op before `Resize`: always from the first pixel, nearest is the one before. */
function upsample(node: Node): lw.Tensor {
  const x = need(node, 0);
  const { size, scale } = target(x, node, numbers(node, 'scales', 1), undefined);
  const method = node.attributes.mode ?? 'nearest';
  return lw.resize(x, size, {
    method,
    coordinates: 'asymmetric',
    rounding: 'floor',
    edges: 'clamp',
    scale,
    dataFormat: 'channelsFirst',
  });
}

export const RESIZES: Readonly<Record<string, Op>> = { Resize: resize, Upsample: upsample };
