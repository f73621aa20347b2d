import { formatError } from '../errors.js';

/** What the header of a `.npy` file can hold: strings, booleans, integers, and tuples or lists of these. */
export type PythonValue = string | boolean | number | readonly PythonValue[];

const TOKEN = /\s*(?:([{}()[\],:])|'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|(True|False)|(\d+)L?)/y;
const MAX_DEPTH = 8;

/** The literal of a Python dict with exactly these keys. Parsed, never evaluated. */
export function parsePythonDict(
  op: string,
  text: string,
  keys: readonly string[],
): Record<string, PythonValue> {
  const parser = new Parser(op, text);
  const dict = parser.dict();
  const found = [...dict.keys()].sort();
  if (found.join() !== [...keys].sort().join()) {
    throw formatError(op, `the header must have the keys ${keys.join(', ')}`, { keys: found });
  }
  return Object.fromEntries(dict);
}

type Token = { readonly mark: string } | { readonly value: string | boolean | number } | undefined;

class Parser {
  readonly #op: string;
  readonly #text: string;
  #at = 0;

  constructor(op: string, text: string) {
    this.#op = op;
    this.#text = text;
  }

  #fail(): never {
    throw formatError(
      this.#op,
      `the header is no Python dict of strings, numbers and tuples, at character ${this.#at}`,
    );
  }

  #next(): Token {
    TOKEN.lastIndex = this.#at;
    const match = TOKEN.exec(this.#text);
    if (match === null) {
      if (this.#text.slice(this.#at).trim() !== '') this.#fail();
      return undefined;
    }
    this.#at = TOKEN.lastIndex;
    const [, mark, single, double, truth, digits] = match;
    if (mark !== undefined) return { mark };
    if (truth !== undefined) return { value: truth === 'True' };
    if (digits !== undefined) return { value: Number(digits) };
    return { value: (single ?? double) as string };
  }

  dict(): Map<string, PythonValue> {
    const entries = new Map<string, PythonValue>();
    if (!isMark(this.#next(), '{')) this.#fail();
    for (let key = this.#next(); !isMark(key, '}'); key = this.#next()) {
      if (key === undefined || !('value' in key) || typeof key.value !== 'string') this.#fail();
      if (entries.has(key.value) || !isMark(this.#next(), ':')) this.#fail();
      entries.set(key.value, this.#value(this.#next(), 0));
      const after = this.#next();
      if (isMark(after, '}')) break;
      if (!isMark(after, ',')) this.#fail();
    }
    if (this.#next() !== undefined) this.#fail();
    return entries;
  }

  #value(token: Token, depth: number): PythonValue {
    if (token === undefined || depth > MAX_DEPTH) this.#fail();
    if ('value' in token) return token.value;
    const close = token.mark === '(' ? ')' : token.mark === '[' ? ']' : this.#fail();
    const items: PythonValue[] = [];
    for (let item = this.#next(); !isMark(item, close); item = this.#next()) {
      items.push(this.#value(item, depth + 1));
      const after = this.#next();
      if (isMark(after, close)) break;
      if (!isMark(after, ',')) this.#fail();
    }
    return items;
  }
}

const isMark = (token: Token, mark: string): boolean =>
  token !== undefined && 'mark' in token && token.mark === mark;
