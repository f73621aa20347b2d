import type { Case } from './case.js';

/** Cases that are not run, by name, each group with its reason. Anything else that is unknown counts as failed. */
const EXCLUSIONS: readonly { readonly reason: string; readonly names: readonly RegExp[] }[] = [
  {
    reason: 'masks: Layerwise computes every step of its input',
    names: [/^keras\/.*[Mm]ask/, /^tfjs\/.*[Mm]asking/],
  },
  {
    reason: 'training: Layerwise infers only',
    names: [/^tfjs\/.*normalizeBatchInTraining/],
  },
];

const hasMask = (testCase: Case) => {
  const masks = [testCase.input_masks ?? []].flat() as readonly unknown[];
  const call = testCase.call_kwargs as Record<string, unknown> | undefined;
  return masks.some((mask) => mask !== null) || call?.mask !== undefined;
};

const isTraining = (testCase: Case) => {
  const call = testCase.call_kwargs as Record<string, unknown> | undefined;
  const args = testCase.args as Record<string, unknown> | undefined;
  const normalises = testCase.training === true && /^BatchNorm/.test(testCase.module ?? '');
  return call?.training === true || args?.training === true || normalises;
};

/** The reason why a case is not run, if there is one. */
export function excluded(testCase: Case): string | undefined {
  if (hasMask(testCase)) return EXCLUSIONS[0]?.reason;
  if (isTraining(testCase)) return EXCLUSIONS[1]?.reason;
  return EXCLUSIONS.find(({ names }) => names.some((name) => name.test(testCase.name)))?.reason;
}
