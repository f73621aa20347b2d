import type { Colour } from './png.js';

/** Which colours numbers get: `sequential` from dark to light; `diverging` blue below 0, white at 0, red above. */
export type Ramp = 'sequential' | 'diverging' | 'grey';

const STOPS: Readonly<Record<Ramp, readonly Colour[]>> = {
  sequential: [
    [20, 14, 54],
    [43, 63, 133],
    [30, 123, 146],
    [62, 174, 122],
    [178, 212, 84],
    [255, 244, 184],
  ],
  diverging: [
    [22, 62, 140],
    [95, 146, 209],
    [247, 247, 247],
    [224, 122, 95],
    [150, 30, 38],
  ],
  grey: [
    [0, 0, 0],
    [255, 255, 255],
  ],
};

/** What is neither a number nor finite. */
export const NOT_FINITE: Colour = [128, 128, 128];

/** The colour at a share of the way, 0 to 1. */
export function colourAt(ramp: Ramp, share: number): Colour {
  const stops = STOPS[ramp];
  const place = Math.min(Math.max(share, 0), 1) * (stops.length - 1);
  const below = Math.min(Math.floor(place), stops.length - 2);
  const [from, to] = [stops[below], stops[below + 1]] as [Colour, Colour];
  const part = (i: 0 | 1 | 2) => Math.round(from[i] + (to[i] - from[i]) * (place - below));
  return [part(0), part(1), part(2)];
}

/** The numbers at the two ends of a ramp. */
export interface Limits {
  readonly least: number;
  readonly most: number;
}

/** The finite extremes of numbers; around 0 and as far to both sides for a diverging ramp. */
export function limitsOf(values: Iterable<number>, ramp: Ramp): Limits {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  if (least > most) return { least: 0, most: 0 };
  if (ramp !== 'diverging') return { least, most };
  const far = Math.max(Math.abs(least), Math.abs(most));
  return { least: 0 - far, most: far };
}

/** Where a number lies between the limits; equal limits put everything in the middle. */
export const shareOf = (value: number, { least, most }: Limits): number =>
  most > least ? (value - least) / (most - least) : 0.5;
