import { argumentError, type LayerwiseError } from '../../errors.js';
import { type ExplainSpec, type Family, familyOf } from './families.js';

/** Options of a text, and other words for them; compared in small letters. */
const KEYS: Readonly<Record<string, string>> = {
  filters: 'filters',
  kernel: 'kernelSize',
  kernelsize: 'kernelSize',
  stride: 'strides',
  strides: 'strides',
  pad: 'padding',
  padding: 'padding',
  dilation: 'dilationRate',
  dilationrate: 'dilationRate',
  groups: 'groups',
  multiplier: 'depthMultiplier',
  depthmultiplier: 'depthMultiplier',
  outputpadding: 'outputPadding',
  outputsize: 'outputSize',
  pool: 'poolSize',
  poolsize: 'poolSize',
  window: 'poolSize',
  units: 'units',
  axis: 'axis',
  axes: 'axes',
  at: 'at',
  batch: 'batch',
};

/** Words that are an option and its value in one. */
const FLAGS: Readonly<Record<string, readonly [key: string, value: unknown]>> = {
  valid: ['padding', 'valid'],
  same: ['padding', 'same'],
  samelower: ['padding', 'sameLower'],
  causal: ['padding', 'causal'],
  channelsfirst: ['dataFormat', 'channelsFirst'],
  channelslast: ['dataFormat', 'channelsLast'],
  nobias: ['useBias', false],
  ceilmode: ['ceilMode', true],
  keepdims: ['keepDims', true],
  transposea: ['transposeA', true],
  transposeb: ['transposeB', true],
};

const WORDS = ['valid', 'same', 'sameLower', 'causal'];

/**
 * Reads a text such as `conv2d 227x227x3 96 11x11 stride 4`: the op; the shape of a sample (`227x227x3`) or a whole shape
 * with the batch (`[null, 227, 227, 3]`, `(None, 227, 227, 3)`); what the op needs, in order; then options by name.
 *
 * @throws ERR_ARGUMENT for what is not understood, with an example that is
 *
 * @example
 * parseSpec('conv2d 227x227x3 96 11x11 stride 4').inputShape; // [null, 227, 227, 3]
 */
export function parseSpec(text: string): ExplainSpec {
  const [name, ...words] = tokens(text);
  if (name === undefined) {
    throw argumentError(
      'explain',
      'the text is empty',
      { spec: text },
      'Write for example conv2d 227x227x3 96 11x11 stride 4',
    );
  }
  const { op, family } = familyOf(name);
  if (family.positional === undefined) throw refused(text, family, `${op} has no form in words`);
  const { given, options } = sorted(text, family, words);
  const { batch: _, ...rest } = options;
  return { op, ...positional(text, family, given, options), ...rest } as unknown as ExplainSpec;
}

function refused(text: string, { example }: Family, rule: string): LayerwiseError {
  return argumentError(
    'explain',
    rule,
    { spec: text },
    example === '' ? undefined : `Write for example ${example}`,
  );
}

/** Words at blanks, but not inside brackets. */
function tokens(text: string): readonly string[] {
  const found: string[] = [];
  let depth = 0;
  let word = '';
  for (const letter of `${text} `) {
    if ('[('.includes(letter)) depth++;
    if ('])'.includes(letter)) depth--;
    if (depth <= 0 && /[\s,;]/.test(letter)) {
      if (word !== '') found.push(word);
      word = '';
    } else word += letter;
  }
  if (depth !== 0) {
    throw argumentError(
      'explain',
      'a bracket is not closed',
      { spec: text },
      'Write a shape as [null, 28, 28, 3]',
    );
  }
  return found;
}

/** Words without a name in order, and options by name. */
function sorted(text: string, family: Family, words: readonly string[]) {
  const given: string[] = [];
  const options: Record<string, unknown> = {};
  const put = (key: string, value: unknown): void => {
    const known = key === 'batch' ? !family.whole : family.known.includes(key);
    if (!known) throw refused(text, family, `${family.ops.join(', ')} take no ${key}`);
    if (key in options) throw refused(text, family, `${key} is given twice`);
    options[key] = value;
  };
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    const [, name = '', joined] = /^([A-Za-z]+)(?:=(.*))?$/.exec(word) ?? [];
    const key = KEYS[name.toLowerCase()];
    const flag = joined === undefined ? FLAGS[name.toLowerCase()] : undefined;
    if (flag) put(...flag);
    else if (key !== undefined) {
      const value = joined ?? words[++at];
      if (value === undefined) throw refused(text, family, `${key} has no value`);
      put(key, optionValue(text, family, value));
    } else if (name !== '') throw refused(text, family, `"${name}" is no option`);
    else given.push(word);
  }
  return { given, options };
}

/** `4`, `11x11`, `[1, 2]`, `same`. */
function optionValue(text: string, family: Family, word: string): unknown {
  const named = WORDS.find((known) => known.toLowerCase() === word.toLowerCase());
  if (named) return named;
  const sizes = sizesOf(text, family, word);
  return sizes.length === 1 && !/^[[(]/.test(word) ? sizes[0] : sizes;
}

/** What is left of the words in order, options that were given by name aside. */
function positional(
  text: string,
  family: Family,
  given: readonly string[],
  options: Record<string, unknown>,
) {
  const all = family.positional as readonly string[];
  const names = all.filter((name) => !(name in options));
  const required = all.slice(0, family.required).filter((name) => !(name in options));
  const batch = (options.batch ?? null) as number | null;
  const list = names[0] === '...inputShapes';
  const shape = (word: string) => shapeOf(text, family, word, batch);
  if (given.length < (list ? family.required : required.length)) {
    const needs = list ? 'the shapes of its operands' : required.join(', ');
    throw refused(text, family, `it needs ${needs}`);
  }
  if (list) return { inputShapes: given.map(shape) };
  if (given.length > names.length) throw refused(text, family, `"${given[names.length]}" is one too many`);
  const entries = given.map((word, index) => {
    const name = names[index] as string;
    if (name === 'inputShape') return [name, shape(word)];
    return [name, name === 'targetShape' ? sizesOf(text, family, word) : optionValue(text, family, word)];
  });
  return Object.fromEntries(entries) as Record<string, unknown>;
}

/** A whole shape; `227x227x3` of an op with samples gets the batch in front. */
function shapeOf(
  text: string,
  family: Family,
  word: string,
  batch: number | null,
): readonly (number | null)[] {
  const sizes = sizesOf(text, family, word);
  return family.whole || /^[[(]/.test(word) ? sizes : [batch, ...sizes];
}

/** `11x11`, `7`, `[null, 5]`, `(None, 5)`, `(50,)`, `[[1, 2], [1, 2]]`. */
function sizesOf(text: string, family: Family, word: string): readonly (number | null)[] {
  if (/^-?\d+(x-?\d+)*$/i.test(word)) return word.toLowerCase().split('x').map(Number);
  if (/^[[(]/.test(word)) {
    const json = word
      .replaceAll('(', '[')
      .replaceAll(')', ']')
      .replaceAll(/\bNone\b/g, 'null')
      .replaceAll(/,\s*\]/g, ']');
    try {
      return JSON.parse(json) as readonly (number | null)[];
    } catch {
      throw refused(text, family, `"${word}" is no list of sizes`);
    }
  }
  throw refused(text, family, `"${word}" is no size and no shape`);
}
