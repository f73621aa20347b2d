import { knownOptions } from '../../check.js';
import { argumentError } from '../../errors.js';
import type { Explanation } from './explanation.js';
import { type ExplainSpec, familyOf } from './families.js';
import { parseSpec } from './parse.js';

/**
 * Explains where the shape of a result comes from: the formula with its numbers, the meaning of every axis, parameters,
 * multiply-adds and what an element sees. Nothing is computed and no native code is loaded.
 *
 * @param spec a text, `conv2d 227x227x3 96 11x11 stride 4`: the op, the shape of a sample (or a whole shape in brackets, as
 *   in `[null, 227, 227, 3]`), filters and window, then `stride`, `padding`, `dilation`, `groups`, `channelsFirst`,
 *   `nobias`, ...; or an object: `op`, `inputShape` with the batch in front, and the options of the op by their usual names
 * @returns an explanation; `toString()` is the text for people
 * @throws ERR_ARGUMENT for what is not understood, ERR_SHAPE as the op itself when the sizes do not fit
 *
 * @example
 * explain('conv2d 227x227x3 96 11x11 stride 4').shape; // [null, 55, 55, 96]
 * explain({ op: 'conv1d', inputShape: [null, 10, 32], filters: 64, kernelSize: 3, padding: 'same' }).shape; // [null, 10, 64]
 * explain('reshape 5x784 -1x28x28x1').shape; // [5, 28, 28, 1]
 */
export function explain(spec: string | ExplainSpec): Explanation {
  return explainSpec(typeof spec === 'string' ? parseSpec(spec) : spec);
}

/**
 * As `explain`, for a layer: `label` is what the title and messages call it.
 *
 * @example
 * explainSpec({ op: 'dense', inputShape: [null, 84], units: 10 }, 'Dense "out"').title; // "Dense \"out\": 10 units on 84"
 */
export function explainSpec(spec: ExplainSpec, label?: string): Explanation {
  if (typeof spec !== 'object' || spec === null) {
    throw argumentError('explain', 'it takes a text or an object with an op', { spec });
  }
  const { op, family } = familyOf(spec.op);
  knownOptions(label ?? op, spec, ['op', 'inputShape', ...family.known]);
  return family.explain({ ...spec, op } as never, label ?? op);
}
