import type * as lw from '../../../../lib/index.js';
import type { Case } from '../../case.js';
import { makeLayer, type Options, runLayer } from '../layers.js';

// tfjs writes its configs in camel case as we do; a few options have other names, and null is a missing option.

const RENAMED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  LeakyReLU: { alpha: 'negativeSlope' },
};

/** What says nothing to a layer of ours: the length of a sequence is a matter of its input. */
const DROPPED: Readonly<Record<string, readonly string[]>> = { Embedding: ['inputLength'] };

/** tfjs's Reshape writes an unknown size as null. */
const sizesOf = (name: string, value: unknown) =>
  name === 'targetShape' && Array.isArray(value) ? value.map((size) => size ?? -1) : value;

function toOptions(className: string, config: Readonly<Record<string, unknown>>): Options {
  const kept = Object.entries(config).filter(
    ([name, value]) => value !== null && !DROPPED[className]?.includes(name),
  );
  return Object.fromEntries(
    kept.map(([name, value]) => [RENAMED[className]?.[name] ?? name, sizesOf(name, value)]),
  );
}

const build = (testCase: Case): lw.Layer => {
  const className = testCase.layer as string;
  return makeLayer(className, toOptions(className, (testCase.config ?? {}) as Record<string, unknown>));
};

export const runTfjsLayer = (testCase: Case): void => runLayer(testCase, () => build(testCase));
